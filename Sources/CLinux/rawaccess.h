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
  // Where a parent left SIGCHLD ignored, there would be no status to wait for.
  struct sigaction former, usual = {.sa_handler = SIG_DFL};
  sigaction(SIGCHLD, &usual, &former);
  pid_t child = fork();
  if (child < 0) {
    sigaction(SIGCHLD, &former, NULL);
    return -1;
  }
  if (child == 0) {
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGSEGV, SIG_DFL);
    signal(SIGBUS, SIG_DFL);
    signal(SIGILL, SIG_DFL);
    body(context);
    _exit(0);
  }
  int status, result;
  do
    result = waitpid(child, &status, 0);
  while (result < 0 && errno == EINTR);
  sigaction(SIGCHLD, &former, NULL);
  return result < 0 ? -1 : status;
}

// The macros of <sys/wait.h> that take a status apart.
static inline int clinux_ending_signal(int status) {
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

#endif
