// Where a reply's bytes end: just enough HTTP/1.1 to count replies that carry Content-Length.
#pragma once
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { REPLY_HEAD_MAX = 16384 };

enum reply_state { REPLY_MORE, REPLY_DONE, REPLY_BAD };

struct reply {
  int head_bytes;
  bool has_head;
  bool closes;          // the peer ends the connection behind this reply
  long long body_left;  // valid once has_head
  char head[REPLY_HEAD_MAX + 1];
};

static inline void reply_reset(struct reply *r) {
  r->head_bytes = 0;
  r->has_head = false;
  r->closes = false;
  r->body_left = 0;
}

// Value of a field, or NULL. `name` has its colon.
static inline const char *reply_field(const struct reply *r, const char *name) {
  size_t length = strlen(name);
  for (const char *line = strstr(r->head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
    if (!strncasecmp(line + 2, name, length)) return line + 2 + length + strspn(line + 2 + length, " \t");
  return NULL;
}

// Parses the head that ends at `end`. `bodiless` is for the answer to CONNECT.
static inline bool reply_parse(struct reply *r, bool bodiless, long status) {
  if (strncmp(r->head, "HTTP/1.", 7) || strtol(r->head + 8, NULL, 10) != status) return false;
  r->has_head = true;
  const char *connection = reply_field(r, "connection:");
  r->closes = connection ? !strncasecmp(connection, "close", 5) : r->head[7] == '0';
  if (bodiless) return true;
  const char *length = reply_field(r, "content-length:");
  if (!length) return false;
  r->body_left = atoll(length);
  return true;
}

// Takes received bytes of a reply that must have `status`; it must not be followed by bytes that nobody asked for.
static inline enum reply_state reply_take(struct reply *r, const char *bytes, long count, bool bodiless, long status) {
  if (!r->has_head) {
    int before = r->head_bytes;
    int room = REPLY_HEAD_MAX - before;
    int taken = count < room ? (int)count : room;
    memcpy(r->head + before, bytes, (size_t)taken);
    r->head_bytes += taken;
    r->head[r->head_bytes] = 0;
    char *end = strstr(r->head, "\r\n\r\n");
    if (!end) return taken == room ? REPLY_BAD : REPLY_MORE;
    end[2] = 0;
    if (!reply_parse(r, bodiless, status)) return REPLY_BAD;
    count -= (end + 4 - r->head) - before;
  }
  r->body_left -= count;
  if (r->body_left < 0) return REPLY_BAD;
  return r->body_left == 0 ? REPLY_DONE : REPLY_MORE;
}
