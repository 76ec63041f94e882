#ifndef CLINUX_EVENT_H
#define CLINUX_EVENT_H

// Swift's module of the C library leaves these headers out.
#include <sys/eventfd.h>
#include <sys/signalfd.h>

// The flags are enumerators that are also macros of themselves, of which Swift
// imports neither as a number.
static const int CLINUX_EFD_CLOEXEC = EFD_CLOEXEC;
static const int CLINUX_EFD_NONBLOCK = EFD_NONBLOCK;
static const int CLINUX_SFD_CLOEXEC = SFD_CLOEXEC;

#endif
