#define _GNU_SOURCE 1
#include "clinux_process.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_set_groups(const gid_t *groups, size_t count) { return setgroups(count, groups); }
int clinux_set_group(gid_t group) { return setresgid(group, group, group); }
int clinux_set_user(uid_t user) { return setresuid(user, user, user); }

int clinux_ids_are(uid_t user, gid_t group) {
  uid_t real, effective, saved;
  gid_t real_group, effective_group, saved_group;
  if (getresuid(&real, &effective, &saved) != 0) return 0;
  if (getresgid(&real_group, &effective_group, &saved_group) != 0) return 0;
  return real == user && effective == user && saved == user && real_group == group && effective_group == group &&
         saved_group == group;
}

int clinux_groups_of(const char *account, gid_t group, gid_t *groups, int room) {
  int count = room;
  getgrouplist(account, group, groups, &count);
  return count;
}

int clinux_drop_bounding_set(void) {
  // Numbers that the kernel does not know are EINVAL; it may know more than the header we were built with.
  for (int capability = 0; capability < 64; capability++) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return errno == EINVAL ? 0 : -1;
  }
  return 0;
}

int clinux_drop_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
  // Ambient ones follow the permitted ones: capabilities(7).
  return (int)syscall(SYS_capset, &header, none);
}

int clinux_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int clinux_forbid_core_dumps(void) {
  struct rlimit none = {0, 0};
  // The limit alone does not bind a handler that the kernel pipes cores to: core(5).
  if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int clinux_allow_core_dumps(void) { return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }

uint32_t clinux_audit_architecture(void) {
#if defined(__x86_64__) && defined(__LP64__)
  return AUDIT_ARCH_X86_64;
#elif defined(__aarch64__) && defined(__LP64__) && !defined(__AARCH64EB__)
  return AUDIT_ARCH_AARCH64;
#else
  return 0;
#endif
}

_Static_assert(sizeof(clinux_bpf_instruction) == sizeof(struct sock_filter), "same layout");
_Static_assert(offsetof(clinux_bpf_instruction, if_true) == offsetof(struct sock_filter, jt), "same layout");
_Static_assert(offsetof(clinux_bpf_instruction, operand) == offsetof(struct sock_filter, k), "same layout");

int clinux_filter_system_calls(const clinux_bpf_instruction *program, uint16_t count, int all_threads) {
  struct sock_fprog filter = {count, (struct sock_filter *)program};
  unsigned flags = all_threads ? SECCOMP_FILTER_FLAG_TSYNC : 0;
  long status = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter);
  // Kernels before 4.17, and others that speak their language, do not know the second flag.
  if (status < 0 && errno == EINVAL) status = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
  if (status > 0) {
    // The id of a thread that has a filter of its own.
    errno = EBUSY;
    return -1;
  }
  return (int)status;
}

int clinux_is_sanitized(void) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
  return 1;
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 1;
#endif
  return 0;
}

long clinux_system_call(long number, long a, long b, long c, long d) { return syscall(number, a, b, c, d, 0, 0); }
