#define _GNU_SOURCE
#include "crelay.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

static void no_delay(int fd) {
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

int crelay_listen(int port) {
  struct sockaddr_in a = loopback(port);
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && listen(fd, 4096) == 0) return fd;
  close(fd);
  return -1;
}

int crelay_accept(int listener) {
  int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
  if (fd >= 0) no_delay(fd);
  return fd;
}

int crelay_dial(int port) {
  struct sockaddr_in a = loopback(port);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  no_delay(fd);
  if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0 || errno == EINPROGRESS) return fd;
  close(fd);
  return -1;
}

int crelay_watch(int epoll, int fd, int level_triggered) {
  struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
  if (!level_triggered) e.events |= EPOLLOUT | EPOLLRDHUP | EPOLLET;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

int crelay_wait(int epoll, struct crelay_event *events, int capacity) {
  struct epoll_event raw[256];
  int n = epoll_wait(epoll, raw, capacity < 256 ? capacity : 256, -1);
  for (int i = 0; i < n; i++) {
    events[i].fd = raw[i].data.fd;
    events[i].readable = (raw[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    events[i].ended = (raw[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    events[i].writable = (raw[i].events & EPOLLOUT) != 0;
  }
  return n;
}

int crelay_epoll(void) { return epoll_create1(0); }

int crelay_pipe(int *ends) {
  if (pipe2(ends, O_NONBLOCK) != 0) return -1;
  fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
  return 0;
}

ssize_t crelay_splice(int from, int to, size_t count) {
  return splice(from, NULL, to, NULL, count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

ssize_t crelay_send(int fd, const void *bytes, size_t count) { return send(fd, bytes, count, MSG_NOSIGNAL); }
