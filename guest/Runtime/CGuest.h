// What the assembly files and the runtime share, and memory accesses that only
// checks need.

#ifndef CGUEST_H
#define CGUEST_H

#include <stdint.h>

// What the entries in exceptions.asm leave on the trap stack.
struct guest_trap_frame {
  uint64_t address;  // CR2
  uint64_t vector;
  uint64_t error;
  uint64_t instruction;
  uint64_t cs, flags, stack, ss;
};

#define GUEST_INLINE static inline __attribute__((always_inline))

// The parameter block, in parameters.asm.
extern const uint8_t guest_parameters[1024];

GUEST_INLINE const uint8_t *guest_parameter_block(void) { return guest_parameters; }

// The limits of the heap, from boot/layout.inc. Swift does not import arrays
// without a size.
extern uint8_t guest_heap_start[], guest_heap_end[];

GUEST_INLINE uintptr_t guest_heap_first(void) { return (uintptr_t)guest_heap_start; }
GUEST_INLINE uintptr_t guest_heap_limit(void) { return (uintptr_t)guest_heap_end; }

// One of the routines in boot/memory.asm.
int memcmp(const void *first, const void *second, unsigned long count);

GUEST_INLINE void guest_or32(uintptr_t address, uint32_t value) {
  __asm__ volatile("orl %0, (%1)" : : "r"(value), "r"(address) : "memory", "cc");
}

GUEST_INLINE uint32_t guest_exchange32(uintptr_t address, uint32_t value) {
  __asm__ volatile("xchgl %0, (%1)" : "+r"(value) : "r"(address) : "memory");
  return value;
}

GUEST_INLINE void guest_copy32(void *to, uintptr_t from, uintptr_t count) {
  __asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

// An exception without an interrupt descriptor table: the processor shuts down.
GUEST_INLINE void guest_triple_fault(void) {
  const struct __attribute__((packed)) { uint16_t limit; uint64_t base; } none = {0, 0};
  __asm__ volatile("lidt %0; ud2" : : "m"(none));
}

GUEST_INLINE void guest_call(uintptr_t address) { __asm__ volatile("call *%0" : : "r"(address)); }

GUEST_INLINE void guest_halt(void) { __asm__ volatile("cli; hlt"); }

#endif
