// Makes chosen system calls fail, and moves the wall clock: preloaded into the proxy, told what to do through a file
// that both sides map. `preload.py` is the other side and knows the same layout.
//
// Each call goes to the kernel by number, as the proxy's own calls on the data path do. Looking the real functions up would
// find the sanitizers' own wrappers in a sanitizer build, which come before this library and would be entered twice;
// `syscall` itself has none.
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { ACCEPT, SOCKET, CONNECT, EPOLL_ADD, SEND, SPLICE_IN, SPLICE_OUT, PIPE, RULES };

struct rule {
  _Atomic uint32_t error;        // errno to fail with; 0: never fails
  _Atomic uint32_t per_million;  // how often it does
  _Atomic uint32_t skip;         // calls that go through first
  _Atomic uint32_t budget;       // failures left
  _Atomic uint32_t cap;          // most bytes that go through in one call; 0: all
  _Atomic uint32_t failed;       // failures so far
};

struct control {
  uint64_t seed;
  _Atomic uint64_t drawn;
  _Atomic int64_t wall_clock_ns;  // added to CLOCK_REALTIME
  struct rule rules[RULES];
};

static struct control *control;

typedef long (*system_call)(long number, ...);

// libc's `syscall`, which the one below stands in front of.
static long kernel(long number, long a, long b, long c, long d, long e, long f) {
  static _Atomic(system_call) found;
  system_call call = atomic_load(&found);
  if (!call) {
    call = (system_call)dlsym(RTLD_NEXT, "syscall");
    atomic_store(&found, call);
  }
  return call(number, a, b, c, d, e, f);
}

__attribute__((constructor)) static void attach(void) {
  const char *path = getenv("FAULTS_CONTROL");
  int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) abort();
  void *memory = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) abort();
  close(fd);
  control = memory;
}

// The n-th number of the sequence that the seed stands for (splitmix64).
static uint64_t draw(void) {
  uint64_t z = control->seed + (atomic_fetch_add(&control->drawn, 1) + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// Takes one from a counter that must not go below zero; false when nothing is left.
static int take(_Atomic uint32_t *counter) {
  uint32_t left = atomic_load(counter);
  while (left > 0)
    if (atomic_compare_exchange_weak(counter, &left, left - 1)) return 1;
  return 0;
}

// Does this call fail? Sets errno then.
static int fails(int which) {
  if (!control) return 0;
  struct rule *rule = &control->rules[which];
  uint32_t error = atomic_load(&rule->error);
  if (!error || take(&rule->skip) || draw() % 1000000 >= atomic_load(&rule->per_million) || !take(&rule->budget)) return 0;
  atomic_fetch_add(&rule->failed, 1);
  errno = (int)error;
  return 1;
}

static size_t capped(int which, size_t count) {
  uint32_t cap = control ? atomic_load(&control->rules[which].cap) : 0;
  return cap && count > cap ? 1 + draw() % cap : count;
}

int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
  if (fails(ACCEPT)) return -1;
  return (int)kernel(SYS_accept4, fd, (long)address, (long)length, flags, 0, 0);
}

int socket(int family, int type, int protocol) {
  if ((family == AF_INET || family == AF_INET6) && fails(SOCKET)) return -1;
  return (int)kernel(SYS_socket, family, type, protocol, 0, 0, 0);
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  if (fails(CONNECT)) return -1;
  return (int)kernel(SYS_connect, fd, (long)address, length, 0, 0, 0);
}

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
  // Only an addition needs memory; the kernel has no reason to refuse the others.
  if (operation == EPOLL_CTL_ADD && fails(EPOLL_ADD)) return -1;
  return (int)kernel(SYS_epoll_ctl, epoll, operation, fd, (long)event, 0, 0);
}

static long send_bytes(int fd, long bytes, size_t count, int flags, long address, long length) {
  if (fails(SEND)) return -1;
  return kernel(SYS_sendto, fd, bytes, (long)capped(SEND, count), flags, address, length);
}

static long send_message(int fd, const struct msghdr *message, int flags) {
  if (fails(SEND)) return -1;
  if (message->msg_iovlen == 0 || !control || !atomic_load(&control->rules[SEND].cap))
    return kernel(SYS_sendmsg, fd, (long)message, flags, 0, 0, 0);
  struct iovec first = message->msg_iov[0];
  struct msghdr less = *message;
  first.iov_len = capped(SEND, first.iov_len);
  less.msg_iov = &first;
  less.msg_iovlen = 1;
  return kernel(SYS_sendmsg, fd, (long)&less, flags, 0, 0, 0);
}

static long move(int from, long from_offset, int to, long to_offset, size_t count, unsigned flags) {
  // The end that is a pipe tells the direction: only a pipe answers the question for its size.
  int which = fcntl(from, F_GETPIPE_SZ) > 0 ? SPLICE_OUT : SPLICE_IN;
  if (fails(which)) return -1;
  // A short splice into the pipe would be taken for the end of what there is; out of it, shortness is ordinary.
  size_t most = which == SPLICE_OUT ? capped(which, count) : count;
  return kernel(SYS_splice, from, from_offset, to, to_offset, (long)most, flags);
}

ssize_t send(int fd, const void *bytes, size_t count, int flags) {
  return send_bytes(fd, (long)bytes, count, flags, 0, 0);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) { return send_message(fd, message, flags); }

ssize_t splice(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count, unsigned flags) {
  return move(from, (long)from_offset, to, (long)to_offset, count, flags);
}

// The data path's way to the kernel.
long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  switch (number) {
    case SYS_sendto: return send_bytes((int)a[0], a[1], (size_t)a[2], (int)a[3], a[4], a[5]);
    case SYS_sendmsg: return send_message((int)a[0], (const struct msghdr *)a[1], (int)a[2]);
    case SYS_splice: return move((int)a[0], a[1], (int)a[2], a[3], (size_t)a[4], (unsigned)a[5]);
    default: return kernel(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  }
}

int pipe2(int ends[2], int flags) {
  if (fails(PIPE)) return -1;
  return (int)kernel(SYS_pipe2, (long)ends, flags, 0, 0, 0, 0);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = (int)kernel(SYS_clock_gettime, clock, (long)now, 0, 0, 0, 0);
  if (result != 0 || clock != CLOCK_REALTIME || !control) return result;
  int64_t shift = atomic_load(&control->wall_clock_ns);
  int64_t ns = now->tv_nsec + shift % 1000000000;
  now->tv_sec += shift / 1000000000 + (ns >= 1000000000) - (ns < 0);
  now->tv_nsec = ns - (ns >= 1000000000 ? 1000000000 : 0) + (ns < 0 ? 1000000000 : 0);
  return 0;
}
