// A clock that hardly moves, and connections without a network, for a process that plays every side itself.
//
// Five calls of the C library are replaced in the whole program: clock_gettime (the monotonic clock only), connect, accept4 and
// setsockopt (only to note what went through them) and what stands behind connect while `pretend_begin(true)` is in force. All
// for one thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Forgets all links. With `pairs`, connects to the pretended address make a socket pair instead of a TCP connection.
void pretend_begin(bool pairs);

// The IPv4 address and port, both in host byte order, that `pairs` is about.
void pretend_address(uint32_t address, uint16_t port);

// A connection whose other end is in this process: `inside` is the end of the code under test.
typedef struct {
  int inside;
  // The other end, to be taken over; -1 when it was accepted, and whoever connected has it.
  int outside;
  // SO_LINGER was set inside: what the peer sees as the end is a reset. A socket pair knows none of its own.
  bool was_reset;
} pretend_link;

// How many links there were since `pretend_begin`, in the order of accept4 and connect.
size_t pretend_link_count(void);
pretend_link pretend_link_at(size_t index);

// The monotonic clock moves on. It begins at the real one; besides, it moves by 100 ns whenever it is read: no two readings
// are the same.
void pretend_time_passes(uint64_t ms);
