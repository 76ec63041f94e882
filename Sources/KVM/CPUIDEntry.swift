import CLinux

/// What `CPUID` answers for one leaf, or one subleaf of it (`struct kvm_cpuid_entry2`,
/// api.rst 4.46 `KVM_GET_SUPPORTED_CPUID`).
public struct CPUIDEntry: Equatable, Sendable {
  /// The value of EAX that asks for it.
  public var leaf: UInt32
  /// The value of ECX that asks for it, or `nil` where the leaf does not look at ECX.
  public var subleaf: UInt32?
  /// The answer.
  public var eax: UInt32
  /// The answer.
  public var ebx: UInt32
  /// The answer.
  public var ecx: UInt32
  /// The answer.
  public var edx: UInt32

  /// Creates an entry.
  public init(
    leaf: UInt32, subleaf: UInt32? = nil, eax: UInt32 = 0, ebx: UInt32 = 0, ecx: UInt32 = 0,
    edx: UInt32 = 0
  ) {
    self.leaf = leaf
    self.subleaf = subleaf
    self.eax = eax
    self.ebx = ebx
    self.ecx = ecx
    self.edx = edx
  }

  init(_ entry: kvm_cpuid_entry2) {
    let hasSubleaf = entry.flags & CPUIDTable.significantIndex != 0
    self.init(
      leaf: entry.function, subleaf: hasSubleaf ? entry.index : nil,
      eax: entry.eax, ebx: entry.ebx, ecx: entry.ecx, edx: entry.edx)
  }

  var structure: kvm_cpuid_entry2 {
    var entry = kvm_cpuid_entry2()
    entry.function = leaf
    entry.index = subleaf ?? 0
    entry.flags = subleaf == nil ? 0 : CPUIDTable.significantIndex
    entry.eax = eax
    entry.ebx = ebx
    entry.ecx = ecx
    entry.edx = edx
    return entry
  }
}

/// `struct kvm_cpuid2`, which ends in an array of entries that Swift cannot see.
struct CPUIDTable: ~Copyable {
  /// `KVM_CPUID_FLAG_SIGNIFCANT_INDEX`, a macro that Swift does not import.
  static let significantIndex: UInt32 = 1 << 0

  let storage: UnsafeMutableRawBufferPointer
  private static let header = MemoryLayout<kvm_cpuid2>.size

  init(capacity: Int) {
    storage = .allocate(
      byteCount: Self.header + capacity * MemoryLayout<kvm_cpuid_entry2>.stride,
      alignment: MemoryLayout<kvm_cpuid_entry2>.alignment)
    storage.initializeMemory(as: UInt8.self, repeating: 0)
    storage.storeBytes(of: UInt32(capacity), as: UInt32.self)
  }

  init(_ entries: [CPUIDEntry]) {
    self.init(capacity: entries.count)
    for (index, entry) in entries.enumerated() {
      storage.storeBytes(
        of: entry.structure, toByteOffset: offset(index), as: kvm_cpuid_entry2.self)
    }
  }

  deinit { storage.deallocate() }

  var entries: [CPUIDEntry] {
    (0..<Int(storage.load(as: UInt32.self))).map {
      CPUIDEntry(storage.load(fromByteOffset: offset($0), as: kvm_cpuid_entry2.self))
    }
  }

  /// Issues a request that reads or fills the table; `errno` tells why it failed.
  func request(_ number: UInt, of descriptor: borrowing Descriptor) -> Bool {
    clinux_ioctl(descriptor.rawValue, number, UInt(bitPattern: storage.baseAddress)) == 0
  }

  private func offset(_ index: Int) -> Int {
    Self.header + index * MemoryLayout<kvm_cpuid_entry2>.stride
  }
}
