#define _GNU_SOURCE 1
#include "CPretendKernel.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { most_links = 256 };

static bool makes_pairs;
static struct sockaddr_in pretended;
static pretend_link links[most_links];
static size_t link_count;
static struct timespec now;

void pretend_begin(bool pairs) {
  makes_pairs = pairs;
  link_count = 0;
}

void pretend_address(uint32_t address, uint16_t port) {
  pretended.sin_family = AF_INET;
  pretended.sin_addr.s_addr = htonl(address);
  pretended.sin_port = htons(port);
}

size_t pretend_link_count(void) { return link_count; }

pretend_link pretend_link_at(size_t index) { return links[index]; }

static void add_link(int inside, int outside) {
  // The number belonged to a connection that is closed by now.
  for (size_t i = 0; i < link_count; i++)
    if (links[i].inside == inside) links[i].inside = -1;
  // More connections than any script can make.
  if (link_count == most_links) abort();
  links[link_count++] = (pretend_link){inside, outside, false};
}

// MARK: The clock

static void start_clock(void) {
  if (now.tv_sec == 0) syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
}

static void move_clock(uint64_t ns) {
  start_clock();
  ns += (uint64_t)now.tv_nsec;
  now.tv_sec += (time_t)(ns / 1000000000u);
  now.tv_nsec = (long)(ns % 1000000000u);
}

void pretend_time_passes(uint64_t ms) { move_clock(ms * 1000000u); }

int clock_gettime(clockid_t clock, struct timespec *result) {
  if (clock != CLOCK_MONOTONIC) return (int)syscall(SYS_clock_gettime, clock, result);
  move_clock(100);
  *result = now;
  return 0;
}

// MARK: Connections

static bool is_pretended(const struct sockaddr *address) {
  const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
  return address->sa_family == AF_INET && v4->sin_addr.s_addr == pretended.sin_addr.s_addr &&
         v4->sin_port == pretended.sin_port;
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  if (!makes_pairs || !is_pretended(address)) return (int)syscall(SYS_connect, fd, address, length);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) return -1;
  int moved = dup3(ends[0], fd, O_CLOEXEC);
  close(ends[0]);
  if (moved < 0) {
    close(ends[1]);
    return -1;
  }
  add_link(fd, ends[1]);
  return 0;
}

int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
  int accepted = (int)syscall(SYS_accept4, fd, address, length, flags);
  if (accepted >= 0) add_link(accepted, -1);
  return accepted;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t length) {
  if (level == SOL_SOCKET && name == SO_LINGER)
    for (size_t i = 0; i < link_count; i++)
      if (links[i].inside == fd) links[i].was_reset = true;
  // Pairs have no such options; those of the few other sockets are only about how well they do.
  if (makes_pairs) return 0;
  return (int)syscall(SYS_setsockopt, fd, level, name, value, length);
}
