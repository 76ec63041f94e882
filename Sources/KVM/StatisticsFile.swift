import CLinux
import Glibc

/// Where KVM keeps the statistics of a machine or a processor (api.rst 4.133 `KVM_GET_STATS_FD`).
///
/// What is counted is read once; a snapshot is one system call, by any thread and while the
/// processor runs.
public struct StatisticsFile: ~Copyable, Sendable {
  private let descriptor: Descriptor
  private let dataOffset: Int
  /// Where the values of each field are among all.
  private let places: [Range<Int>]

  /// Whose they are: `kvm-` and the number of the thread that created the machine; for a processor,
  /// `/vcpu-` and its number behind that.
  public let source: String
  /// What is counted, in KVM's order.
  public let fields: [StatisticsField]

  /// Opens the statistics behind a machine's or processor's descriptor.
  init(of owner: borrowing Descriptor) throws(KVMError) {
    let opened = Descriptor(
      owning: try owner.request(CLINUX_KVM_GET_STATS_FD, "KVM_GET_STATS_FD"))
    let header = try opened.values(
      UInt8.self, count: MemoryLayout<kvm_stats_header>.size, at: 0
    ).withUnsafeBytes { $0.loadUnaligned(as: kvm_stats_header.self) }
    let nameSize = Int(header.name_size)
    let source = try opened.values(UInt8.self, count: nameSize, at: Int(header.id_offset))
    let stride = MemoryLayout<kvm_stats_desc>.size + nameSize
    let bytes = try opened.values(
      UInt8.self, count: Int(header.num_desc) * stride, at: Int(header.desc_offset))

    descriptor = opened
    self.source = String(cBytes: source)
    let descriptions = (0..<Int(header.num_desc)).map { bytes[$0 * stride..<($0 + 1) * stride] }
    fields = descriptions.map { StatisticsField($0) }
    places = descriptions.map {
      let description = $0.withUnsafeBytes { $0.loadUnaligned(as: kvm_stats_desc.self) }
      let start = Int(description.offset) / MemoryLayout<UInt64>.size
      return start..<start + Int(description.size)
    }
    dataOffset = Int(header.data_offset)
  }

  /// What KVM has counted up to now.
  ///
  /// - Throws: A `KVMError` of `pread`.
  public func snapshot() throws(KVMError) -> Statistics {
    let values = try descriptor.values(
      UInt64.self, count: places.map(\.upperBound).max() ?? 0, at: dataOffset)
    return Statistics(source: source, fields: fields, values: places.map { Array(values[$0]) })
  }
}

extension Machine {
  /// What KVM counts for the machine as a whole (api.rst 4.133 `KVM_GET_STATS_FD`).
  ///
  /// - Throws: A `KVMError`: `ENOTTY` where KVM has no ``Extension/statistics``.
  public func statistics() throws(KVMError) -> StatisticsFile {
    try StatisticsFile(of: core.descriptor)
  }
}

extension VirtualCPU {
  /// What KVM counts for the processor (api.rst 4.133 `KVM_GET_STATS_FD`).
  ///
  /// - Throws: A `KVMError`: `ENOTTY` where KVM has no ``Extension/statistics``.
  public func statistics() throws(KVMError) -> StatisticsFile {
    try StatisticsFile(of: descriptor)
  }
}

extension StatisticsField {
  /// Reads `struct kvm_stats_desc` with the name behind it.
  init(_ bytes: ArraySlice<UInt8>) {
    let (fixed, name) = bytes.withUnsafeBytes {
      (
        $0.loadUnaligned(as: kvm_stats_desc.self),
        String(cBytes: Array($0[MemoryLayout<kvm_stats_desc>.size...]))
      )
    }
    self.init(
      name: Name(rawValue: name),
      kind: Kind(number: fixed.flags & 0xF, bucketSize: fixed.bucket_size),
      unit: Unit(number: fixed.flags >> 4 & 0xF),
      scale: Scale(radix: fixed.flags >> 8 & 0xF == 0 ? 10 : 2, exponent: Int(fixed.exponent)))
  }
}

extension StatisticsField.Kind {
  /// The numbers are `KVM_STATS_TYPE_*`, macros of shifts that Swift does not import.
  fileprivate init(number: UInt32, bucketSize: UInt32) {
    self =
      switch number {
      case 0: .cumulative
      case 1: .instant
      case 2: .peak
      case 3: .linearHistogram(bucketSize: bucketSize)
      case 4: .logarithmicHistogram
      default: .other(number)
      }
  }
}

extension StatisticsField.Unit {
  /// The numbers are `KVM_STATS_UNIT_*`, macros of shifts that Swift does not import.
  fileprivate init(number: UInt32) {
    self =
      switch number {
      case 0: .none
      case 1: .bytes
      case 2: .seconds
      case 3: .cycles
      case 4: .boolean
      default: .other(number)
      }
  }
}

extension String {
  /// The characters up to the first zero byte, or to the end.
  fileprivate init(cBytes bytes: [UInt8]) {
    self.init(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension Descriptor {
  /// Reads integers from a file's offset on.
  fileprivate func values<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, count: Int, at offset: Int
  ) throws(KVMError) -> [Value] {
    var values = [Value](repeating: 0, count: count)
    let number = rawValue
    let size = count * MemoryLayout<Value>.size
    let result = values.withUnsafeMutableBytes { pread(number, $0.baseAddress, size, offset) }
    guard result == size else {
      throw KVMError(
        call: "pread", argument: "\(size) bytes of statistics at \(offset)",
        errno: result < 0 ? errno : EIO)
    }
    return values
  }
}
