// Thin wrappers for Linux calls and macros that Swift cannot import or types badly.
// Every function is a single call: what it returns is what the kernel returned, errno included.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "clinux_process.h"

static inline int clinux_errno(void) { return errno; }

static inline uint64_t clinux_monotonic_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int clinux_epoll_ctl(int epoll, int operation, int fd, uint32_t events, uint64_t data) {
  struct epoll_event e;
  e.events = events;
  e.data.u64 = data;
  return epoll_ctl(epoll, operation, fd, &e);
}

static inline uint64_t clinux_event_data(const struct epoll_event *e) { return e->data.u64; }
static inline uint32_t clinux_event_flags(const struct epoll_event *e) { return e->events; }

// The event loop that runs on this thread, if any.
void *clinux_current_loop(void);
void clinux_set_current_loop(void *loop);

static inline int clinux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

// One that each reader takes 1 from.
static inline int clinux_semaphore(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC | EFD_SEMAPHORE); }

// Names the calling thread, for ps and debuggers; at most 15 bytes count.
static inline int clinux_name_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }

static inline int clinux_stream_socket(int family) {
  return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int clinux_accept(int fd, struct sockaddr_storage *address, socklen_t *length);

// The calls of the data path go to the kernel directly: libc's functions for them are points at which a thread may be
// cancelled, and entering and leaving one costs two atomic operations. Nobody cancels threads here.

static inline ssize_t clinux_send(int fd, const void *bytes, size_t count) {
  return syscall(SYS_sendto, fd, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT, NULL, 0);
}

static inline ssize_t clinux_sendv(int fd, struct iovec *vectors, size_t count) {
  struct msghdr m = {0};
  m.msg_iov = vectors;
  m.msg_iovlen = count;
  return syscall(SYS_sendmsg, fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static inline ssize_t clinux_receive(int fd, void *bytes, size_t count) {
  return syscall(SYS_recvfrom, fd, bytes, count, MSG_DONTWAIT, NULL, NULL);
}

int clinux_pipe(int *fds);

int clinux_set_pipe_size(int fd, int bytes);

ssize_t clinux_splice(int from, int to, size_t count);

static inline int clinux_set_option(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value);
}

static inline int clinux_reuse_address(int fd) { return clinux_set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1); }
static inline int clinux_reuse_port(int fd) { return clinux_set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1); }
static inline int clinux_bind_without_port(int fd) {
  return clinux_set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
}
static inline int clinux_v6_only(int fd) { return clinux_set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1); }
static inline int clinux_no_delay(int fd, int on) { return clinux_set_option(fd, IPPROTO_TCP, TCP_NODELAY, on); }

// Acknowledge at once, or (0, before connect) complete the handshake with the first bytes sent.
// Bytes that must be there before epoll says that the socket is readable.
static inline int clinux_wake_at(int fd, int bytes) { return clinux_set_option(fd, SOL_SOCKET, SO_RCVLOWAT, bytes); }
static inline int clinux_quick_ack(int fd, int on) { return clinux_set_option(fd, IPPROTO_TCP, TCP_QUICKACK, on); }

// Probes on or off; `idle_s` of 0 leaves the time before the first one.
static inline int clinux_probe(int fd, int on, int idle_s) {
  int r = clinux_set_option(fd, SOL_SOCKET, SO_KEEPALIVE, on);
  if (on && idle_s > 0) r |= clinux_set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle_s);
  return r;
}

// Seconds between probes, and how many go unanswered before the connection is dead.
static inline int clinux_probe_pace(int fd, int interval_s, int count) {
  int r = clinux_set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, interval_s);
  r |= clinux_set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, count);
  return r;
}

static inline int clinux_user_timeout(int fd, int ms) {
  return clinux_set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, ms);
}

static inline int clinux_congestion(int fd, const char *name) {
  return setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, (socklen_t)strlen(name));
}

static inline int clinux_linger_reset(int fd) {
  struct linger l = {1, 0};
  return setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
}

// Bytes in the send queue that the peer has not acknowledged, or -1.
int clinux_unacknowledged(int fd);

static inline int clinux_socket_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
  return error;
}

// Blocks the signals in the calling thread (threads made later inherit that) and returns a descriptor to read them from.
static inline int clinux_signal_descriptor(const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
  if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return -1;
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static inline int clinux_read_signal(int fd) {
  struct signalfd_siginfo info;
  ssize_t n = read(fd, &info, sizeof info);
  return n == (ssize_t)sizeof info ? (int)info.ssi_signo : -1;
}

// Raises the soft limit of open descriptors to the hard limit; returns the limit then in force, or -1.
static inline int64_t clinux_raise_descriptor_limit(void) {
  struct rlimit l;
  if (getrlimit(RLIMIT_NOFILE, &l) < 0) return -1;
  if (l.rlim_cur < l.rlim_max) {
    rlim_t before = l.rlim_cur;
    l.rlim_cur = l.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &l) < 0) l.rlim_cur = before;
  }
  return l.rlim_cur > INT32_MAX ? INT32_MAX : (int64_t)l.rlim_cur;
}

int clinux_cpu_count(void);
