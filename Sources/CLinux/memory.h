#ifndef CLINUX_MEMORY_H
#define CLINUX_MEMORY_H

// memfd_create is hidden behind _GNU_SOURCE, which Swift's module of the C
// library does not define; its flag is a macro that Swift cannot import.
int memfd_create(const char *name, unsigned int flags);
static const unsigned int CLINUX_MFD_CLOEXEC = 1U;

#endif
