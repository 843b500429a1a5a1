// Requests at a fixed rate, whatever the answers do. A latency counts from the moment at which the request should have been
// sent: a proxy that stalls is charged for every request that had to wait, not only for those it was asked.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct schedule {
  double interval_us;  // 0: no rate is kept
  uint64_t begin_us;
  uint64_t sent;       // requests whose time has come and that were sent
};

static inline uint64_t schedule_next_us(const struct schedule *s) {
  return s->begin_us + (uint64_t)((double)s->sent * s->interval_us);
}

static inline bool schedule_is_due(const struct schedule *s, uint64_t now_us) { return schedule_next_us(s) <= now_us; }

// How long nothing will be due; -1 when nothing is scheduled at all.
static inline int64_t schedule_wait_us(const struct schedule *s, uint64_t now_us) {
  if (s->interval_us <= 0) return -1;
  uint64_t next = schedule_next_us(s);
  return next <= now_us ? 0 : (int64_t)(next - now_us);
}
