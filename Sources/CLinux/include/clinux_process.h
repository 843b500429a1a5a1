// Calls that take rights away from this process: users, capabilities, core dumps, system calls.
// Every function is a single call, or the same one over a short list: 0, or -1 with errno.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// All threads of the process change, as glibc's wrappers see to.
int clinux_set_groups(const gid_t *groups, size_t count);
int clinux_set_group(gid_t group);
int clinux_set_user(uid_t user);

// Real, effective and saved ids are all these?
int clinux_ids_are(uid_t user, gid_t group);

// The groups of an account, its own among them; returns how many there are, which may be more than `room`.
int clinux_groups_of(const char *account, gid_t group, gid_t *groups, int room);

// Empties the bounding set of this thread. EPERM without CAP_SETPCAP.
int clinux_drop_bounding_set(void);
// Empties the effective, permitted, inheritable and ambient sets of this thread.
int clinux_drop_capabilities(void);

int clinux_no_new_privileges(void);

// The kernel writes no core of this process, and processes of the same user may neither trace it nor read its memory.
int clinux_forbid_core_dumps(void);
// The kernel may write one, if the limit of the process lets it: a change of user forbids it silently.
int clinux_allow_core_dumps(void);

// struct sock_filter, under names that no other module has.
typedef struct {
  uint16_t code;
  uint8_t if_true;
  uint8_t if_false;
  uint32_t operand;
} clinux_bpf_instruction;

// AUDIT_ARCH_* of this build, or 0 where there is no table of system calls.
uint32_t clinux_audit_architecture(void);

// Filters the system calls of this thread, or of every thread of the process. no_new_privs must be set.
// Without the Spectre mitigation that a filter would otherwise switch on where the kernel lets one choose.
int clinux_filter_system_calls(const clinux_bpf_instruction *program, uint16_t count, int all_threads);

// Built under a sanitizer, whose runtime makes system calls of its own?
int clinux_is_sanitized(void);

// One system call with its arguments as they are; -1 and errno when it fails. For tests of the filter.
long clinux_system_call(long number, long a, long b, long c, long d);
