// CPU time and memory of the processes that are being loaded.
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "options.h"

struct usage {
  long rss_kib, pss_kib;
};

// All threads, ended ones too, by the kernel's clock of another process, as clock_getcpuclockid(3) makes it.
static inline uint64_t watched_cpu_us(const struct options *o) {
  uint64_t sum = 0;
  for (int i = 0; i < o->watched_count; i++) {
    struct timespec t;
    if (clock_gettime((clockid_t)((~(unsigned)o->watched[i] << 3) | 2), &t) == 0)
      sum += (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
  }
  return sum;
}

// The part of it in user mode, as the kernel's tick samples it: to 10 ms, and only over many ticks near the truth.
static inline uint64_t watched_user_us(const struct options *o) {
  uint64_t ticks = 0;
  for (int i = 0; i < o->watched_count; i++) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", o->watched[i]);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    size_t count = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[count] = 0;
    // The name before the state may hold anything.
    const char *state = strrchr(text, ')');
    unsigned long user;
    if (state && sscanf(state + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu", &user) == 1) ticks += user;
  }
  return ticks * 1000000 / (uint64_t)sysconf(_SC_CLK_TCK);
}

// Resident, and the proportional part of it: pages that processes share count once.
static inline struct usage watched_memory(const struct options *o) {
  struct usage sum = {0};
  for (int i = 0; i < o->watched_count; i++) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", o->watched[i]);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    while (fgets(line, sizeof line, file)) {
      long kib;
      if (sscanf(line, "Rss: %ld", &kib) == 1) sum.rss_kib += kib;
      else if (sscanf(line, "Pss: %ld", &kib) == 1) sum.pss_kib += kib;
    }
    fclose(file);
  }
  return sum;
}
