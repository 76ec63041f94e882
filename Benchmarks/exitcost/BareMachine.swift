import CLinux
import Glibc

/// A virtual machine as small as it can be, whose loop is nothing but `KVM_RUN` and two questions.
struct BareMachine: ~Copyable {
  private let processor: Int32
  private let run: UnsafeMutablePointer<kvm_run>
  private let mappings: [UnsafeMutableRawBufferPointer]

  /// Creates a machine with memory and a ROM of 64 KiB, laid out as on the monitor's.
  init(_ image: [UInt8]) {
    let system = open("/dev/kvm", O_RDWR | O_CLOEXEC)
    guard system >= 0 else { fail("/dev/kvm") }
    let machine = Self.request(system, CLINUX_KVM_CREATE_VM)
    let memory = Self.map(2 << 20, MAP_PRIVATE | MAP_ANONYMOUS, -1)
    let rom = Self.map(image.count, MAP_PRIVATE | MAP_ANONYMOUS, -1)
    rom.copyBytes(from: image)
    let low = (1 << 20) - image.count
    for (number, (address, bytes, flags)) in [
      (0, memory[..<low], 0), (low, rom[...], KVM_MEM_READONLY),
      (1 << 20, memory[(1 << 20)...], 0), (1 << 32 - image.count, rom[...], KVM_MEM_READONLY),
    ].enumerated() {
      var slot = kvm_userspace_memory_region()
      slot.slot = UInt32(number)
      slot.flags = UInt32(flags)
      slot.guest_phys_addr = UInt64(address)
      slot.memory_size = UInt64(bytes.count)
      slot.userspace_addr = UInt64(
        UInt(bitPattern: UnsafeMutableRawBufferPointer(rebasing: bytes).baseAddress))
      Self.request(machine, CLINUX_KVM_SET_USER_MEMORY_REGION, &slot)
    }
    processor = Self.request(machine, CLINUX_KVM_CREATE_VCPU)
    let entries = 256
    let table = UnsafeMutableRawPointer.allocate(
      byteCount: MemoryLayout<kvm_cpuid2>.size + entries * MemoryLayout<kvm_cpuid_entry2>.stride,
      alignment: 8)
    table.storeBytes(of: UInt32(entries), as: UInt32.self)
    Self.request(system, CLINUX_KVM_GET_SUPPORTED_CPUID, table)
    Self.request(processor, CLINUX_KVM_SET_CPUID2, table)
    table.deallocate()
    let size = Self.request(system, CLINUX_KVM_GET_VCPU_MMAP_SIZE)
    let shared = Self.map(Int(size), MAP_SHARED, processor)
    guard let address = shared.baseAddress else { fail("mmap") }
    run = address.assumingMemoryBound(to: kvm_run.self)
    mappings = [memory, rom, shared]
    close(machine)
    close(system)
  }

  /// Runs the guest until it writes to port F4h.
  func runToEnd() {
    while true {
      guard clinux_ioctl(processor, CLINUX_KVM_RUN, 0) == 0 else { fail("KVM_RUN") }
      switch Int32(bitPattern: run.pointee.exit_reason) {
      case KVM_EXIT_IO:
        let io = run.pointee.io
        if io.direction == UInt8(KVM_EXIT_IO_OUT) {
          if io.port == 0xF4 { return }
        } else {
          (UnsafeMutableRawPointer(run) + Int(io.data_offset)).storeBytes(of: 0, as: UInt8.self)
        }
      case KVM_EXIT_MMIO:
        if run.pointee.mmio.is_write == 0 {
          withUnsafeMutableBytes(of: &run.pointee.mmio.data) {
            $0.storeBytes(of: 0, as: UInt64.self)
          }
        }
      default: fail("exit \(run.pointee.exit_reason)")
      }
    }
  }

  deinit {
    close(processor)
    for mapping in mappings { munmap(mapping.baseAddress, mapping.count) }
  }

  private static func map(
    _ count: Int, _ flags: Int32, _ descriptor: Int32
  ) -> UnsafeMutableRawBufferPointer {
    let address = mmap(nil, count, PROT_READ | PROT_WRITE, flags, descriptor, 0)
    guard let address, address != MAP_FAILED else { fail("mmap of \(count) bytes") }
    return UnsafeMutableRawBufferPointer(start: address, count: count)
  }

  @discardableResult
  private static func request(
    _ descriptor: Int32, _ number: UInt, _ argument: UnsafeMutableRawPointer? = nil
  ) -> Int32 {
    let result = clinux_ioctl(descriptor, number, UInt(bitPattern: argument))
    guard result >= 0 else { fail("request \(number)") }
    return result
  }
}

/// Ends the program, which could not measure.
func fail(_ what: String) -> Never {
  print("exitcost: \(what): \(String(cString: strerror(errno)))")
  exit(2)
}
