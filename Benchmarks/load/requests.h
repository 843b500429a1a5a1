// What is sent: one text for each origin, made before the load begins.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

enum { REQUEST_LINE_MAX = 512, REQUEST_FIELD_MAX = 48 };

struct text {
  char *bytes;
  size_t count;
};

struct requests {
  struct text *get, *connect;
  long count;  // origins
};

static inline void requests_origin(const struct options *o, long index, char *authority, size_t room) {
  if (o->origins == 0) snprintf(authority, room, "127.0.0.1:%d", o->origin_port);
  else snprintf(authority, room, "127.1.%ld.%ld:%d", index >> 8, index & 255, o->origin_port);
}

// Field lines that no proxy has a use for, each of 40 bytes.
static inline void requests_add_fields(struct text *t, long fields) {
  for (long i = 0; i < fields; i++)
    t->count += (size_t)sprintf(t->bytes + t->count, "X-Load-%04ld: 0123456789abcdef01234567\r\n", i);
}

static inline void requests_make(struct requests *r, const struct options *o) {
  r->count = o->origins > 0 ? o->origins : 1;
  r->get = calloc((size_t)r->count, sizeof *r->get);
  r->connect = calloc((size_t)r->count, sizeof *r->connect);
  size_t room = REQUEST_LINE_MAX + strlen(o->path) + (size_t)o->request_fields * REQUEST_FIELD_MAX;
  if (!r->get || !r->connect) { perror("load"); exit(1); }
  for (long i = 0; i < r->count; i++) {
    if (o->request) {
      r->get[i] = (struct text){strdup(o->request), strlen(o->request)};
      continue;
    }
    char authority[64];
    requests_origin(o, i, authority, sizeof authority);
    struct text *get = &r->get[i], *connect = &r->connect[i];
    get->bytes = malloc(room);
    connect->bytes = malloc(REQUEST_LINE_MAX);
    if (!get->bytes || !connect->bytes) { perror("load"); exit(1); }
    connect->count = (size_t)sprintf(connect->bytes, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", authority, authority);
    get->count = o->mode == RELAY
      ? (size_t)sprintf(get->bytes, "GET http://%s%s HTTP/1.1\r\nHost: %s\r\n", authority, o->path, authority)
      : (size_t)sprintf(get->bytes, "GET %s HTTP/1.1\r\nHost: %s\r\n", o->path, authority);
    requests_add_fields(get, o->request_fields);
    memcpy(get->bytes + get->count, "\r\n", 2);
    get->count += 2;
  }
}
