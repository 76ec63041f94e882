#ifndef CLINUX_KVM_H
#define CLINUX_KVM_H

#include <linux/kvm.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

// The request numbers of <linux/kvm.h> are _IO*() macros, which Swift does not
// import. Structures, unions and plain constants are imported as they stand.
#define CLINUX_REQUEST(name) static const unsigned long CLINUX_##name = name
CLINUX_REQUEST(KVM_GET_API_VERSION);
CLINUX_REQUEST(KVM_CREATE_VM);
CLINUX_REQUEST(KVM_CHECK_EXTENSION);
CLINUX_REQUEST(KVM_GET_VCPU_MMAP_SIZE);
CLINUX_REQUEST(KVM_GET_SUPPORTED_CPUID);
CLINUX_REQUEST(KVM_CREATE_VCPU);
CLINUX_REQUEST(KVM_ENABLE_CAP);
CLINUX_REQUEST(KVM_CREATE_IRQCHIP);
CLINUX_REQUEST(KVM_IRQ_LINE);
CLINUX_REQUEST(KVM_IRQFD);
CLINUX_REQUEST(KVM_SET_GSI_ROUTING);
CLINUX_REQUEST(KVM_SIGNAL_MSI);
CLINUX_REQUEST(KVM_IOEVENTFD);
CLINUX_REQUEST(KVM_GET_STATS_FD);
CLINUX_REQUEST(KVM_GET_MP_STATE);
CLINUX_REQUEST(KVM_SET_MP_STATE);
CLINUX_REQUEST(KVM_SET_USER_MEMORY_REGION);
CLINUX_REQUEST(KVM_GET_DIRTY_LOG);
CLINUX_REQUEST(KVM_REGISTER_COALESCED_MMIO);
CLINUX_REQUEST(KVM_UNREGISTER_COALESCED_MMIO);
CLINUX_REQUEST(KVM_SET_TSS_ADDR);
CLINUX_REQUEST(KVM_SET_IDENTITY_MAP_ADDR);
CLINUX_REQUEST(KVM_RUN);
CLINUX_REQUEST(KVM_GET_REGS);
CLINUX_REQUEST(KVM_SET_REGS);
CLINUX_REQUEST(KVM_GET_SREGS);
CLINUX_REQUEST(KVM_SET_SREGS);
CLINUX_REQUEST(KVM_SET_CPUID2);
CLINUX_REQUEST(KVM_TRANSLATE);
CLINUX_REQUEST(KVM_SET_GUEST_DEBUG);
#undef CLINUX_REQUEST

// Flags that are macros of shifts, which Swift does not import either.
#define CLINUX_FLAG(name) static const uint32_t CLINUX_##name = name
CLINUX_FLAG(KVM_IOEVENTFD_FLAG_DATAMATCH);
CLINUX_FLAG(KVM_IOEVENTFD_FLAG_PIO);
CLINUX_FLAG(KVM_IOEVENTFD_FLAG_DEASSIGN);
CLINUX_FLAG(KVM_IRQFD_FLAG_DEASSIGN);
CLINUX_FLAG(KVM_IRQFD_FLAG_RESAMPLE);
#undef CLINUX_FLAG

// ioctl() is variadic. Swift's overloads of it pass numbers of 32 bits only,
// and several of KVM's arguments are addresses or numbers of 64.
static inline int clinux_ioctl(int descriptor, unsigned long request, unsigned long argument) {
  return ioctl(descriptor, request, argument);
}

// KVM reads this byte of the shared page at the start of every KVM_RUN while
// another thread may store to it. Swift's atomics own their storage and cannot
// be laid over a mapping.
static inline void clinux_store_immediate_exit(struct kvm_run *run, uint8_t value) {
  __atomic_store_n(&run->immediate_exit, value, __ATOMIC_SEQ_CST);
}

static inline uint8_t clinux_exchange_immediate_exit(struct kvm_run *run, uint8_t value) {
  return __atomic_exchange_n(&run->immediate_exit, value, __ATOMIC_SEQ_CST);
}

// KVM writes to the ring of coalesced writes while this process reads it: the
// indices order the accesses to the entries.
static inline uint32_t clinux_load_acquire(const uint32_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void clinux_store_release(uint32_t *word, uint32_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

// The <linux/kvm.h> of Debian 12 is older than this exit.
static const uint32_t CLINUX_KVM_EXIT_MEMORY_FAULT = 39;

struct clinux_kvm_memory_fault {
  uint64_t flags, gpa, size;
};

static inline struct clinux_kvm_memory_fault clinux_memory_fault(const struct kvm_run *run) {
  struct clinux_kvm_memory_fault fault;
  __builtin_memcpy(&fault, &run->hw, sizeof fault);
  return fault;
}

#endif
