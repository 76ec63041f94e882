#ifndef CLINUX_THREAD_H
#define CLINUX_THREAD_H

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

// syscall() is variadic, which Swift does not import, and glibc's gettid() and
// tgkill() are declared only under _GNU_SOURCE.
static inline int clinux_thread_id(void) { return (int)syscall(SYS_gettid); }

static inline int clinux_signal_thread(int process, int thread, int signal) {
  return (int)syscall(SYS_tgkill, process, thread, signal);
}

static inline void clinux_ignore_kick(int signal) { (void)signal; }

// struct sigaction holds its handler in a union of function pointers, and the
// sa_handler that C names is a macro. The handler does nothing: the signal is
// sent only so that KVM_RUN returns, which SA_RESTART would undo.
static inline int clinux_install_kick_handler(int signal) {
  struct sigaction action = {.sa_handler = clinux_ignore_kick};
  return sigaction(signal, &action, NULL);
}

#endif
