import Glibc
import PCIConfig
import Synchronization

/// What was asked of a host and what it answered, so that a record of it answers the same.
package final class Journal: Sendable {
  /// A leaf of CPUID.
  package struct Leaf: Hashable, Comparable, Sendable {
    package let leaf: UInt32
    package let subleaf: UInt32

    package static func < (left: Leaf, right: Leaf) -> Bool {
      (left.leaf, left.subleaf) < (right.leaf, right.subleaf)
    }
  }

  package struct Entries: Sendable {
    /// The files that were read, each with the number of bytes that were asked for at most.
    package var files: [String: Int] = [:]
    /// The names in directories.
    package var names: [String: [String]] = [:]
    /// What symbolic links lead to.
    package var links: [String: String] = [:]
    /// The sizes of files.
    package var sizes: [String: Int] = [:]
    /// What the processor said.
    package var leaves: [Leaf: CPUIDRegisters] = [:]
    /// The answers to raw requests, and what the system refused, in the order of the requests. A
    /// request that was answered in several ways has none.
    package var answers: [RawAnswer] { requests.compactMap { answersByRequest[$0] ?? nil } }

    private var requests: [RawRequest] = []
    private var answersByRequest: [RawRequest: RawAnswer?] = [:]

    mutating func note(_ answer: RawAnswer) {
      if case .absent = answer.answer { return }
      switch answersByRequest[answer.request] {
      case nil:
        requests.append(answer.request)
        answersByRequest[answer.request] = .some(answer)
      case .some(let former) where former != answer:
        answersByRequest.updateValue(nil, forKey: answer.request)
      case .some: break
      }
    }

    mutating func note(_ failure: SystemFailure) {
      guard let request = RawRequest(failure) else { return }
      note(request.answered(.failed(failure)))
    }
  }

  private let contents = Mutex(Entries())

  package init() {}

  /// All that was noted.
  package var entries: Entries { contents.withLock { $0 } }

  /// Notes that a file was read.
  ///
  /// - Parameters:
  ///   - name: Its path without the leading slash.
  ///   - end: The offset behind the last byte that was asked for.
  ///   - fact: What came.
  ///   - isTold: Whether what is absent is known to be.
  func note<Value>(file name: String, upTo end: Int, _ fact: Fact<Value>, isTold: Bool) {
    // What a record has beside the machine's files lies at its root.
    guard name.contains("/") else { return }
    contents.withLock { entries in
      switch fact {
      case .known: entries.files[name] = max(entries.files[name] ?? 0, end)
      case .absent:
        if isTold && !Self.isOptional(name) { entries.note(Self.absence(of: name)) }
      case .failed(let failure): entries.note(failure)
      }
    }
  }

  /// Notes the names in a directory.
  func note(directory name: String, _ fact: Fact<[String]>, isTold: Bool) {
    contents.withLock { entries in
      switch fact {
      case .known(let names): entries.names[name] = names
      case .absent: if isTold { entries.note(Self.absence(of: name)) }
      case .failed(let failure): entries.note(failure)
      }
    }
  }

  /// Notes what a symbolic link leads to.
  func note(link name: String, _ fact: Fact<String>) {
    guard let target = fact.value else { return }
    contents.withLock { $0.links[name] = target }
  }

  /// Notes the size of a file.
  func note(sizeOf name: String, _ fact: Fact<Int>) {
    guard let size = fact.value else { return }
    contents.withLock { $0.sizes[name] = size }
  }

  /// Notes what the processor said.
  func note(_ leaf: Leaf, _ registers: CPUIDRegisters) {
    contents.withLock { $0.leaves[leaf] = registers }
  }

  /// Notes answers to raw requests.
  package func note(_ answers: [RawAnswer]) {
    contents.withLock { entries in for answer in answers { entries.note(answer) } }
  }

  /// Whether a function may lack the file, which tells nothing.
  private static func isOptional(_ name: String) -> Bool {
    name.hasPrefix("sys/bus/pci/devices/") && !name.hasSuffix("/config")
  }

  private static func absence(of name: String) -> RawAnswer {
    RawRequest.open(name).failed(.errno(ENOENT))
  }
}
