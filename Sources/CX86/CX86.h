// Instructions that Swift cannot express: port I/O, CPUID, and memory accesses of
// exact width. Inline, because where ring 0 is emulated every instruction of a
// call costs as much as the access itself. Compiled for the host and, without a C
// library, for the guest.

#ifndef CX86_H
#define CX86_H

#include <stdint.h>

#define X86_INLINE static inline __attribute__((always_inline))

X86_INLINE void x86_out8(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

X86_INLINE void x86_out16(uint16_t port, uint16_t value) {
  __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

X86_INLINE void x86_out32(uint16_t port, uint32_t value) {
  __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

X86_INLINE uint8_t x86_in8(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

X86_INLINE uint16_t x86_in16(uint16_t port) {
  uint16_t value;
  __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

X86_INLINE uint32_t x86_in32(uint16_t port) {
  uint32_t value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

// Writes count bytes to a port, as the string instruction does.
X86_INLINE void x86_outs8(uint16_t port, const uint8_t *bytes, uintptr_t count) {
  __asm__ volatile("rep outsb" : "+S"(bytes), "+c"(count) : "d"(port) : "memory");
}

// Memory accesses are moves to and from the accumulator: AMD family 10h requires
// that of configuration space (BKDG 31116, 2.11.1), and it suits everybody else.
X86_INLINE uint8_t x86_load8(uintptr_t address) {
  uint8_t value;
  __asm__ volatile("movb (%1), %0" : "=a"(value) : "r"(address) : "memory");
  return value;
}

X86_INLINE uint16_t x86_load16(uintptr_t address) {
  uint16_t value;
  __asm__ volatile("movw (%1), %0" : "=a"(value) : "r"(address) : "memory");
  return value;
}

X86_INLINE uint32_t x86_load32(uintptr_t address) {
  uint32_t value;
  __asm__ volatile("movl (%1), %0" : "=a"(value) : "r"(address) : "memory");
  return value;
}

X86_INLINE uint64_t x86_load64(uintptr_t address) {
  uint64_t value;
  __asm__ volatile("movq (%1), %0" : "=a"(value) : "r"(address) : "memory");
  return value;
}

X86_INLINE void x86_store8(uintptr_t address, uint8_t value) {
  __asm__ volatile("movb %0, (%1)" : : "a"(value), "r"(address) : "memory");
}

X86_INLINE void x86_store16(uintptr_t address, uint16_t value) {
  __asm__ volatile("movw %0, (%1)" : : "a"(value), "r"(address) : "memory");
}

X86_INLINE void x86_store32(uintptr_t address, uint32_t value) {
  __asm__ volatile("movl %0, (%1)" : : "a"(value), "r"(address) : "memory");
}

struct x86_cpuid_registers {
  uint32_t eax, ebx, ecx, edx;
};

X86_INLINE struct x86_cpuid_registers x86_cpuid(uint32_t leaf, uint32_t subleaf) {
  struct x86_cpuid_registers r;
  __asm__ volatile("cpuid"
                   : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                   : "a"(leaf), "c"(subleaf));
  return r;
}

#endif
