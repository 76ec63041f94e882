#ifndef CLINUX_RAWACCESS_H
#define CLINUX_RAWACCESS_H

#include <errno.h>
#include <signal.h>
#include <sys/io.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// <sys/io.h> is not part of Swift's Glibc module.
static inline int clinux_port_permission(unsigned long first, unsigned long count, int permit) {
  return ioperm(first, count, permit);
}

// fork() is unavailable in Swift. Where a hypervisor or a confidential guest
// refuses a port or memory access, the signal ends the child and not the
// caller. Returns the child's wait status, or -1 with errno.
static inline int clinux_run_in_child(void (*body)(void *), void *context) {
  pid_t child = fork();
  if (child < 0)
    return -1;
  if (child == 0) {
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
    signal(SIGILL, SIG_DFL);
    body(context);
    _exit(0);
  }
  int status;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return -1;
  return status;
}

// The macros of <sys/wait.h> that take a status apart.
static inline int clinux_ending_signal(int status) {
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

#endif
