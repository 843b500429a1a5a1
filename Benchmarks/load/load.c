// A load generator for proxies: one thread, epoll, a fixed number of connections, each with one request at a time.
//
//   load MODE PROXY_PORT ORIGIN_PORT PATH CONNECTIONS SECONDS
//
//   relay    GET http://127.0.0.1:ORIGIN_PORT/PATH over keep-alive connections to the proxy
//   churn    open a tunnel with CONNECT, one GET through it, reset; that is one operation
//   tunnel   open all tunnels first; one operation is one GET through an open tunnel
//
// Every reply must be a 200 whose body has the length that its head says; anything else is an error. A connection that the
// proxy closes between two requests is opened again and counted apart. Prints one line of JSON.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "latency.h"
#include "reply.h"

enum mode { RELAY, CHURN, TUNNEL };
enum phase { CONNECTING, OPENING, REPLYING };
enum { EVENTS = 256, READ_BYTES = 1 << 18, GIVE_UP_ERRORS = 2000 };

struct client {
  int fd;
  enum phase phase;
  long served;  // replies on this connection
  uint64_t started_us;
  struct reply reply;
};

static struct {
  enum mode mode;
  int epoll;
  struct sockaddr_in proxy;
  char connect[128], get[512];
  size_t connect_bytes, get_bytes;
  long operations, errors, reopened;
  long long bytes;
  struct latency latency;
} run;

static uint64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void watch(struct client *c, int operation, uint32_t events) {
  struct epoll_event e = {.events = events, .data.ptr = c};
  if (epoll_ctl(run.epoll, operation, c->fd, &e) != 0) { perror("load: epoll_ctl"); exit(1); }
}

static void start(struct client *c) {
  int one = 1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) { perror("load: socket"); exit(1); }
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(c->fd, (struct sockaddr *)&run.proxy, sizeof run.proxy) != 0 && errno != EINPROGRESS) {
    perror("load: connect");
    exit(1);
  }
  c->phase = CONNECTING;
  c->served = 0;
  c->started_us = now_us();
  watch(c, EPOLL_CTL_ADD, EPOLLOUT);
}

// A reset leaves no TIME_WAIT behind on this side.
static void restart(struct client *c) {
  struct linger reset = {1, 0};
  setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close(c->fd);
  start(c);
}

static void failed(struct client *c) {
  run.errors++;
  restart(c);
}

static void ask(struct client *c, enum phase phase) {
  const char *text = phase == OPENING ? run.connect : run.get;
  size_t count = phase == OPENING ? run.connect_bytes : run.get_bytes;
  c->phase = phase;
  reply_reset(&c->reply);
  // A request fits into an empty socket buffer: less than all of it is an error.
  if (send(c->fd, text, count, MSG_NOSIGNAL) == (ssize_t)count) return;
  if (c->served > 0) {
    run.reopened++;
    restart(c);
  } else {
    failed(c);
  }
}

static void connected(struct client *c) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) return failed(c);
  watch(c, EPOLL_CTL_MOD, EPOLLIN);
  ask(c, run.mode == RELAY ? REPLYING : OPENING);
}

static void replied(struct client *c) {
  uint64_t now = now_us();
  run.operations++;
  latency_add(&run.latency, now - c->started_us);
  c->started_us = now;
  c->served++;
  if (run.mode == CHURN) return restart(c);
  if (c->reply.closes) {
    run.reopened++;
    return restart(c);
  }
  ask(c, REPLYING);
}

static void readable(struct client *c) {
  static char buffer[READ_BYTES];
  ssize_t count = recv(c->fd, buffer, sizeof buffer, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    bool between = c->phase == REPLYING && c->served > 0 && c->reply.head_bytes == 0;
    if (!between) return failed(c);
    run.reopened++;
    return restart(c);
  }
  if (c->phase == REPLYING) run.bytes += count;
  switch (reply_take(&c->reply, buffer, count, c->phase == OPENING)) {
    case REPLY_MORE: return;
    case REPLY_BAD: return failed(c);
    case REPLY_DONE:
      if (c->phase == REPLYING) return replied(c);
      if (run.mode == TUNNEL) c->started_us = now_us();
      return ask(c, REPLYING);
  }
}

static void prepare(char **arguments) {
  int origin = atoi(arguments[3]);
  run.proxy.sin_family = AF_INET;
  run.proxy.sin_port = htons((uint16_t)atoi(arguments[2]));
  run.proxy.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  snprintf(run.connect, sizeof run.connect, "CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", origin, origin);
  if (run.mode == RELAY)
    snprintf(run.get, sizeof run.get, "GET http://127.0.0.1:%d%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", origin,
             arguments[4], origin);
  else
    snprintf(run.get, sizeof run.get, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", arguments[4], origin);
  run.connect_bytes = strlen(run.connect);
  run.get_bytes = strlen(run.get);
}

static int usage(void) {
  fprintf(stderr, "usage: load relay|churn|tunnel PROXY_PORT ORIGIN_PORT PATH CONNECTIONS SECONDS\n");
  return 2;
}

int main(int count, char **arguments) {
  if (count != 7) return usage();
  if (!strcmp(arguments[1], "relay")) run.mode = RELAY;
  else if (!strcmp(arguments[1], "churn")) run.mode = CHURN;
  else if (!strcmp(arguments[1], "tunnel")) run.mode = TUNNEL;
  else return usage();
  long connections = atol(arguments[5]);
  double seconds = atof(arguments[6]);
  if (connections < 1 || connections > 100000 || seconds <= 0 || seconds > 3600) return usage();
  prepare(arguments);
  run.epoll = epoll_create1(EPOLL_CLOEXEC);
  struct client *clients = calloc((size_t)connections, sizeof *clients);
  if (run.epoll < 0 || !clients) { perror("load"); return 1; }
  uint64_t begin = now_us(), end = begin + (uint64_t)(seconds * 1e6);
  for (long i = 0; i < connections; i++) start(&clients[i]);
  struct epoll_event events[EVENTS];
  while (now_us() < end && run.errors < GIVE_UP_ERRORS) {
    int ready = epoll_wait(run.epoll, events, EVENTS, 100);
    for (int i = 0; i < ready; i++) {
      struct client *c = events[i].data.ptr;
      if (c->phase == CONNECTING) connected(c);
      else readable(c);
    }
  }
  printf("{\"operations\": %ld, \"seconds\": %.6f, \"bytes\": %lld, \"errors\": %ld, \"reopened\": %ld, "
         "\"p50Us\": %llu, \"p99Us\": %llu}\n",
         run.operations, (double)(now_us() - begin) / 1e6, run.bytes, run.errors, run.reopened,
         (unsigned long long)latency_quantile(&run.latency, 0.5), (unsigned long long)latency_quantile(&run.latency, 0.99));
  return 0;
}
