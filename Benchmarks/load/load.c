// A load generator for proxies: one thread, epoll, a fixed number of connections, each with one request at a time.
//
//   load MODE PROXY_PORT ORIGIN_PORT PATH CONNECTIONS SECONDS [OPTIONS]
//
//   relay    GET http://127.0.0.1:ORIGIN_PORT/PATH over keep-alive connections to the proxy
//   churn    open a tunnel with CONNECT, one GET through it, reset; that is one operation
//   tunnel   open all tunnels first; one operation is one GET through an open tunnel
//
// Every reply must be a 200, or what --status says, whose body has the length that its head says; anything else is an error.
// A connection that the proxy closes between two requests is opened again and counted apart. Prints one line of JSON.
// Options: options.h.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "latency.h"
#include "options.h"
#include "reply.h"
#include "requests.h"
#include "schedule.h"
#include "watched.h"

enum phase { CONNECTING, OPENING, REPLYING, RESTING };
// A listener's queue is finite: so many connections at most are being made at a time.
enum { EVENTS = 256, READ_BYTES = 1 << 18, GIVE_UP_ERRORS = 2000, MOST_CONNECTING = 256, SETTLE_US = 30000000 };

struct client {
  int fd;
  enum phase phase;
  long served;  // replies on this connection
  bool has_served, is_listed;  // ever; among those that rest
  uint64_t started_us;
  struct reply reply;
};

static struct {
  struct options options;
  int epoll;
  struct sockaddr_in proxy;
  struct requests requests;
  struct schedule schedule;
  struct client *clients, **resting;  // `resting` is a ring of `connections` places
  long first_resting, resting_count, connecting, started, have_served, asked;
  bool is_gathering, is_settled;
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
  run.connecting++;
  watch(c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void start_more(void) {
  while (run.started < run.options.connections && run.connecting < MOST_CONNECTING) start(&run.clients[run.started++]);
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
  // A tunnel leads to one origin; a relayed request goes to the next.
  long origin = (run.options.mode == RELAY ? run.asked++ : c - run.clients) % run.requests.count;
  const struct text *text = phase == OPENING ? &run.requests.connect[origin] : &run.requests.get[origin];
  c->phase = phase;
  reply_reset(&c->reply);
  // A request fits into an empty socket buffer: less than all of it is an error.
  if (send(c->fd, text->bytes, text->count, MSG_NOSIGNAL) == (ssize_t)text->count) return;
  if (c->served > 0) {
    run.reopened++;
    restart(c);
  } else {
    failed(c);
  }
}

// The next request: at once, or when its time has come.
static void ask_next(struct client *c) {
  if (run.schedule.interval_us <= 0 && !(run.is_gathering && c->has_served)) return ask(c, REPLYING);
  c->phase = RESTING;
  // It is listed still when it was closed while it rested.
  if (c->is_listed) return;
  c->is_listed = true;
  run.resting[(run.first_resting + run.resting_count++) % run.options.connections] = c;
}

// The one that has rested longest, or NULL: it is being opened again then, and comes back by itself.
static struct client *rested(void) {
  struct client *c = run.resting[run.first_resting];
  run.first_resting = (run.first_resting + 1) % run.options.connections;
  run.resting_count--;
  c->is_listed = false;
  return c->phase == RESTING ? c : NULL;
}

static void ask_due(void) {
  while (run.resting_count > 0 && schedule_is_due(&run.schedule, now_us())) {
    struct client *c = rested();
    if (!c) continue;
    c->started_us = schedule_next_us(&run.schedule);
    run.schedule.sent++;
    ask(c, REPLYING);
  }
}

static void connected(struct client *c) {
  int error = 0;
  socklen_t length = sizeof error;
  run.connecting--;
  getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) return failed(c);
  watch(c, EPOLL_CTL_MOD, EPOLLIN);
  if (run.options.mode != RELAY) return ask(c, OPENING);
  ask_next(c);
}

static void replied(struct client *c) {
  uint64_t now = now_us();
  run.operations++;
  latency_add(&run.latency, now - c->started_us);
  c->started_us = now;
  c->served++;
  if (!c->has_served) run.have_served++;
  c->has_served = true;
  if (run.options.mode == CHURN) return restart(c);
  if (c->reply.closes) {
    run.reopened++;
    return restart(c);
  }
  ask_next(c);
}

static void readable(struct client *c) {
  static char buffer[READ_BYTES];
  ssize_t count = recv(c->fd, buffer, sizeof buffer, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0 || c->phase == RESTING) {
    bool between = c->phase == RESTING || (c->phase == REPLYING && c->served > 0 && c->reply.head_bytes == 0);
    if (!between || count > 0) return failed(c);
    run.reopened++;
    return restart(c);
  }
  if (c->phase == REPLYING) run.bytes += count;
  switch (reply_take(&c->reply, buffer, count, c->phase == OPENING, run.options.status)) {
    case REPLY_MORE: return;
    case REPLY_BAD: return failed(c);
    case REPLY_DONE:
      if (c->phase == REPLYING) return replied(c);
      if (run.options.mode == TUNNEL) {
        c->started_us = now_us();
        return ask_next(c);
      }
      return ask(c, REPLYING);
  }
}

// Waits for events until `end` at the latest, or until the next request is due, and deals with them.
static void turn(uint64_t end) {
  static struct epoll_event events[EVENTS];
  uint64_t now = now_us();
  int64_t wait = end > now ? (int64_t)(end - now) : 0;
  int64_t due = run.resting_count > 0 ? schedule_wait_us(&run.schedule, now) : -1;
  if (due >= 0 && due < wait) wait = due;
  struct timespec timeout = {wait / 1000000, wait % 1000000 * 1000};
  int ready = epoll_pwait2(run.epoll, events, EVENTS, &timeout, NULL);
  for (int i = 0; i < ready; i++) {
    struct client *c = events[i].data.ptr;
    if (c->phase == CONNECTING) connected(c);
    else readable(c);
  }
  start_more();
  if (run.schedule.interval_us > 0) ask_due();
}

static bool may_go_on(uint64_t end) { return now_us() < end && run.errors < GIVE_UP_ERRORS; }

// What is done once (connections, an origin's first) belongs to no operation: until all is there nothing counts but errors.
static void settle(void) {
  uint64_t end = now_us() + SETTLE_US;
  // Those that have been served wait for the others: a proxy that accepts one connection a turn would never come to them.
  run.is_gathering = true;
  while (may_go_on(end) && run.have_served < run.options.connections) turn(end);
  bool has_gathered = run.have_served == run.options.connections;
  run.is_gathering = false;
  // Once more with all of them asking at once: only then does the proxy have as many connections to origins as it will need.
  for (long i = 0; i < run.options.connections; i++) run.clients[i].has_served = false;
  run.have_served = 0;
  for (long left = run.resting_count; left > 0; left--) {
    struct client *c = rested();
    if (!c) continue;
    c->started_us = now_us();
    ask(c, REPLYING);
  }
  while (may_go_on(end) && (run.have_served < run.options.connections || run.operations < run.options.origins)) turn(end);
  run.is_settled = has_gathered && run.have_served == run.options.connections && run.operations >= run.options.origins;
  run.operations = run.reopened = 0;
  run.bytes = 0;
  memset(&run.latency, 0, sizeof run.latency);
}

static void prepare(void) {
  run.proxy.sin_family = AF_INET;
  run.proxy.sin_port = htons((uint16_t)run.options.proxy_port);
  run.proxy.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  requests_make(&run.requests, &run.options);
  run.epoll = epoll_create1(EPOLL_CLOEXEC);
  run.clients = calloc((size_t)run.options.connections, sizeof *run.clients);
  run.resting = calloc((size_t)run.options.connections, sizeof *run.resting);
  if (run.epoll < 0 || !run.clients || !run.resting) { perror("load"); exit(1); }
  // The kernel may put off a timer by 50 us otherwise, to gather several.
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

int main(int count, char **words) {
  if (!options_parse(&run.options, count, words)) return options_usage();
  prepare();
  uint64_t begin = now_us();
  start_more();
  if (run.options.settle) settle();
  if (run.options.settle) begin = now_us();
  run.schedule.begin_us = begin;
  run.schedule.interval_us = run.options.rate > 0 ? 1e6 / run.options.rate : 0;
  uint64_t end = begin + (uint64_t)(run.options.seconds * 1e6), cpu_us = watched_cpu_us(&run.options);
  uint64_t user_us = watched_user_us(&run.options);
  while (may_go_on(end) && (run.options.operations == 0 || run.operations < run.options.operations)) turn(end);
  cpu_us = watched_cpu_us(&run.options) - cpu_us;
  user_us = watched_user_us(&run.options) - user_us;
  struct usage memory = watched_memory(&run.options);
  // Requests whose time has come, answered or not.
  long offered = run.schedule.interval_us > 0 ? (long)(run.options.seconds * run.options.rate) : run.operations;
  printf("{\"operations\": %ld, \"offered\": %ld, \"seconds\": %.6f, \"bytes\": %lld, \"errors\": %ld, \"reopened\": %ld, "
         "\"settled\": %s, \"cpuUs\": %llu, \"userUs\": %llu, \"rssKib\": %ld, \"pssKib\": %ld, "
         "\"p50Us\": %llu, \"p99Us\": %llu, \"p999Us\": %llu}\n",
         run.operations, offered, (double)(now_us() - begin) / 1e6, run.bytes, run.errors, run.reopened,
         run.is_settled || !run.options.settle ? "true" : "false", (unsigned long long)cpu_us,
         (unsigned long long)user_us, memory.rss_kib, memory.pss_kib,
         (unsigned long long)latency_quantile(&run.latency, 0.5),
         (unsigned long long)latency_quantile(&run.latency, 0.99),
         (unsigned long long)latency_quantile(&run.latency, 0.999));
  return 0;
}
