// The Linux calls that the floor relay makes and Swift does not import. All of it is loopback and non-blocking.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct crelay_event {
  int fd;
  int readable;
  int ended;
  int writable;
};

int crelay_listen(int port);
int crelay_accept(int listener);
int crelay_dial(int port);
int crelay_epoll(void);
// Edge-triggered for reading, writing and the peer's end, unless level_triggered (a listener).
int crelay_watch(int epoll, int fd, int level_triggered);
int crelay_wait(int epoll, struct crelay_event *events, int capacity);
// ends[0] is the reading end; 1 MiB.
int crelay_pipe(int *ends);
ssize_t crelay_splice(int from, int to, size_t count);
ssize_t crelay_send(int fd, const void *bytes, size_t count);
