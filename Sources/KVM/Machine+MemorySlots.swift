import CLinux

extension Machine {
  /// Creates, moves or changes a memory slot (api.rst 4.35 `KVM_SET_USER_MEMORY_REGION`).
  ///
  /// The memory lives at least as long as the slot. While a slot exists, its address may change and
  /// whether it logs dirty pages. It cannot be resized, nor show other memory, nor become read-only
  /// or writable: remove it first. Processors may run meanwhile; what they do next sees the change.
  ///
  /// - Parameters:
  ///   - number: The slot: from 0, below what ``Extension/memorySlots`` counts.
  ///   - slot: What it shows and where.
  /// - Throws: A `KVMError`: `EINVAL` for a number that is too large, for addresses or sizes that
  ///   are not whole pages and for a change that is not possible, `EEXIST` where another slot
  ///   overlaps.
  public func setSlot(_ number: UInt32, to slot: MemorySlot) throws(KVMError) {
    try core.slots.withLock { (slots) throws(KVMError) in
      try set(slot.region(number))
      slots[number] = slot
    }
  }

  /// Moves a memory slot with what it shows (api.rst 4.35 `KVM_SET_USER_MEMORY_REGION`).
  ///
  /// - Parameters:
  ///   - number: The slot.
  ///   - address: The new address of its first byte in the guest's physical memory, a multiple of
  ///     4096.
  /// - Throws: A `KVMError`: `EINVAL` where there is no such slot and for an address that is not a
  ///   whole page, `EEXIST` where another slot overlaps. The slot stays where it is then.
  public func moveSlot(_ number: UInt32, to address: UInt64) throws(KVMError) {
    try core.slots.withLock { (slots) throws(KVMError) in
      var moved = slots[number]
      moved?.address = address
      try set(moved?.region(number) ?? .empty(number, address: address))
      slots[number] = moved
    }
  }

  /// Removes a memory slot: accesses to its addresses leave the guest from now on
  /// (api.rst 4.35 `KVM_SET_USER_MEMORY_REGION`).
  ///
  /// - Parameter number: The slot.
  /// - Throws: A `KVMError`: `EINVAL` where there is no such slot.
  public func removeSlot(_ number: UInt32) throws(KVMError) {
    try core.slots.withLock { (slots) throws(KVMError) in
      try set(.empty(number))
      slots[number] = nil
    }
  }

  /// The pages of a memory slot that guests have written since they were asked for last, or since
  /// logging began (api.rst 4.8 `KVM_GET_DIRTY_LOG`).
  ///
  /// Writes of this process are not among them.
  ///
  /// - Parameter number: The slot.
  /// - Returns: The pages.
  /// - Throws: A `KVMError`: `ENOENT` where there is no such slot or it logs no dirty pages.
  public func takeDirtyPages(ofSlot number: UInt32) throws(KVMError) -> PageSet {
    // No change of the slot may come between its size and the request, which fills as many bits.
    try core.slots.withLock { (slots) throws(KVMError) in
      let pages = (slots[number]?.range.count ?? 0) / MemorySlot.pageSize
      var words = [UInt64](repeating: 0, count: (pages + 63) / 64)
      let outcome: Result<Void, KVMError> = words.withUnsafeMutableBytes { bitmap in
        Result { () throws(KVMError) in
          var log = kvm_dirty_log()
          log.slot = number
          log.dirty_bitmap = bitmap.baseAddress
          try core.descriptor.request(
            CLINUX_KVM_GET_DIRTY_LOG, "KVM_GET_DIRTY_LOG", structure: &log,
            argument: "slot \(number)")
        }
      }
      try outcome.get()
      return PageSet(words: words)
    }
  }

  private func set(_ region: kvm_userspace_memory_region) throws(KVMError) {
    var structure = region
    try core.descriptor.request(
      CLINUX_KVM_SET_USER_MEMORY_REGION, "KVM_SET_USER_MEMORY_REGION", structure: &structure,
      argument: "slot \(region.slot), \(region.memory_size) bytes at "
        + hexadecimal(region.guest_phys_addr))
  }
}

extension MemorySlot {
  /// `KVM_MEM_LOG_DIRTY_PAGES` and `KVM_MEM_READONLY`, macros that Swift does not import.
  private static let logDirtyPages: UInt32 = 1 << 0
  private static let readOnly: UInt32 = 1 << 1

  fileprivate func region(_ number: UInt32) -> kvm_userspace_memory_region {
    var region = kvm_userspace_memory_region()
    region.slot = number
    if access == .readOnly { region.flags |= Self.readOnly }
    if logsDirtyPages { region.flags |= Self.logDirtyPages }
    region.guest_phys_addr = address
    region.memory_size = UInt64(range.count)
    region.userspace_addr = memory.address(of: range.lowerBound)
    return region
  }
}

extension kvm_userspace_memory_region {
  /// No memory: removes a slot. Where there is none, KVM tells.
  fileprivate static func empty(_ number: UInt32, address: UInt64 = 0) -> Self {
    var region = Self()
    region.slot = number
    region.guest_phys_addr = address
    return region
  }
}
