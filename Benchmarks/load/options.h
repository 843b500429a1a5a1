// The command line: six words that say what, and options that vary it.
#pragma once
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum mode { RELAY, CHURN, TUNNEL };
enum { MAX_WATCHED = 16 };

struct options {
  enum mode mode;
  int proxy_port, origin_port;
  const char *path;
  long connections;
  double seconds;
  long origins;         // distinct addresses to ask, 127.1.0.0 and on; 0: only 127.0.0.1
  long request_fields;  // field lines of a request beside Host
  double rate;          // requests per second whatever the answers do; 0: the next as soon as the last is answered
  const char *request;  // sent in place of the mode's own, byte for byte; NULL: none
  long status;          // of the replies that count
  long operations;      // ends after so many, before the time is over; 0: only time ends it
  bool settle;          // count only once every connection and every origin has had a request
  int watched[MAX_WATCHED], watched_count;  // processes whose CPU time and memory is told
};

static inline int options_usage(void) {
  fprintf(stderr,
          "usage: load relay|churn|tunnel PROXY_PORT ORIGIN_PORT PATH CONNECTIONS SECONDS\n"
          "            [--origins N] [--request-fields N] [--rate PER_SECOND] [--operations N] [--settle] [--watch PID,PID...]\n"
          "            [--request BYTES] [--status N]\n");
  return 2;
}

static inline bool options_watch(struct options *o, char *list) {
  for (char *word = strtok(list, ","); word; word = strtok(NULL, ",")) {
    if (o->watched_count == MAX_WATCHED) return false;
    o->watched[o->watched_count++] = atoi(word);
  }
  return true;
}

static inline bool options_parse(struct options *o, int count, char **words) {
  memset(o, 0, sizeof *o);
  o->status = 200;
  if (count < 7) return false;
  if (!strcmp(words[1], "relay")) o->mode = RELAY;
  else if (!strcmp(words[1], "churn")) o->mode = CHURN;
  else if (!strcmp(words[1], "tunnel")) o->mode = TUNNEL;
  else return false;
  o->proxy_port = atoi(words[2]);
  o->origin_port = atoi(words[3]);
  o->path = words[4];
  o->connections = atol(words[5]);
  o->seconds = atof(words[6]);
  for (int i = 7; i < count; i++) {
    if (!strcmp(words[i], "--settle")) { o->settle = true; continue; }
    if (i + 1 == count) return false;
    char *name = words[i++], *value = words[i];
    if (!strcmp(name, "--origins")) o->origins = atol(value);
    else if (!strcmp(name, "--request-fields")) o->request_fields = atol(value);
    else if (!strcmp(name, "--operations")) o->operations = atol(value);
    else if (!strcmp(name, "--rate")) o->rate = atof(value);
    else if (!strcmp(name, "--request")) o->request = value;
    else if (!strcmp(name, "--status")) o->status = atol(value);
    else if (strcmp(name, "--watch") || !options_watch(o, value)) return false;
  }
  bool sane = o->connections >= 1 && o->connections <= 100000 && o->seconds > 0 && o->seconds <= 3600;
  return sane && o->origins >= 0 && o->origins <= 1 << 16 && o->request_fields >= 0 && o->request_fields <= 1000 &&
         o->rate >= 0 && !(o->rate > 0 && o->mode == CHURN) && o->status >= 200 && o->status <= 599 &&
         (!o->request || o->mode == RELAY);
}
