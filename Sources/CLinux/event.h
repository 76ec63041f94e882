#ifndef CLINUX_EVENT_H
#define CLINUX_EVENT_H

#include <poll.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

// Swift's module of the C library leaves these headers out.
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>

// The flags are enumerators that are also macros of themselves, of which Swift
// imports neither as a number.
static const int CLINUX_EFD_CLOEXEC = EFD_CLOEXEC;
static const int CLINUX_EFD_NONBLOCK = EFD_NONBLOCK;
static const int CLINUX_SFD_CLOEXEC = SFD_CLOEXEC;

// poll() with a resolution of nanoseconds. syscall() is variadic, which Swift does
// not import, and glibc declares ppoll() under _GNU_SOURCE only.
static inline int clinux_poll(struct pollfd *requests, size_t count, const struct timespec *limit) {
  // The kernel writes back what is left.
  struct timespec left = limit ? *limit : (struct timespec){0};
  return (int)syscall(SYS_ppoll, requests, count, limit ? &left : NULL, NULL, 0);
}

#endif
