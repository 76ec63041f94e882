#ifndef CLINUX_THREAD_H
#define CLINUX_THREAD_H

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

// The number of the calling thread, which gets the signal unblocked first. Swift
// has no thread-local storage of its own, and nothing else tells a thread from
// an earlier one: pthread_t values are used again. Zero in every new thread.
static inline int clinux_kickable_thread(int signal) {
  static __thread int thread;
  if (thread == 0) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    thread = (int)syscall(SYS_gettid);
  }
  return thread;
}

// syscall() is variadic, which Swift does not import, and glibc declares tgkill()
// under _GNU_SOURCE only.
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
