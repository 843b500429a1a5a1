// Latencies in buckets of 1/32 of their power of two: 3 % wide, no memory that grows, no sorting at the end.
#pragma once
#include <stdint.h>

enum { LATENCY_STEPS = 32, LATENCY_BUCKETS = 40 * LATENCY_STEPS };

struct latency {
  uint64_t count;
  uint64_t buckets[LATENCY_BUCKETS];
};

static inline int latency_bucket(uint64_t us) {
  if (us < LATENCY_STEPS) return (int)us;
  int power = 63 - __builtin_clzll(us);
  int bucket = (power - 4) * LATENCY_STEPS + (int)((us >> (power - 5)) & (LATENCY_STEPS - 1));
  return bucket < LATENCY_BUCKETS ? bucket : LATENCY_BUCKETS - 1;
}

static inline void latency_add(struct latency *l, uint64_t us) {
  l->count++;
  l->buckets[latency_bucket(us)]++;
}

// Lower bound of the bucket that holds the given share of all samples, in microseconds; 0 without samples.
static inline uint64_t latency_quantile(const struct latency *l, double share) {
  uint64_t wanted = (uint64_t)(share * (double)l->count), seen = 0;
  for (int i = 0; i < LATENCY_BUCKETS; i++) {
    seen += l->buckets[i];
    if (seen > wanted) {
      if (i < LATENCY_STEPS) return (uint64_t)i;
      int power = i / LATENCY_STEPS + 4;
      return (1ull << power) + ((uint64_t)(i % LATENCY_STEPS) << (power - 5));
    }
  }
  return 0;
}
