import PCIConfig

/// The I/O ports of this machine, each access in a child process that gets the permission for it.
///
/// Mechanism 1 takes two accesses, and a program cannot take the kernel's lock around its own pairs:
/// address and data are one step here, repeated until CONFIG_ADDRESS held the address
/// (``UnlockedMechanism1``).
package struct LivePorts: PortIO, Sendable {
  /// Creates the accessor; it has no state.
  package init() {}

  /// Reads a port of mechanism 1, 0xCF8 to 0xCFF.
  package func read(port: UInt16, width: AccessWidth) throws(PortFailure) -> UInt32 {
    try LiveMechanism1.read(port: port, width)
  }

  /// Writes a port of mechanism 1, 0xCF8 to 0xCFF.
  package func write(
    port: UInt16, width: AccessWidth, value: UInt32
  ) throws(PortFailure) {
    try LiveMechanism1.write(port: port, width, value)
  }

  /// Reads a register: address and data in one child process.
  package func read(_ access: Mechanism1Access) throws(PortFailure) -> UInt32 {
    try LiveMechanism1.read([access])[0]
  }

  /// Writes a register: address and data in one child process.
  package func write(_ access: Mechanism1Access, _ value: UInt32) throws(PortFailure) {
    try LiveMechanism1.write(access, value)
  }

  /// Reads several registers in as few child processes as possible.
  package func read(_ accesses: [Mechanism1Access]) throws(PortFailure) -> [UInt32] {
    try LiveMechanism1.read(accesses)
  }
}
