import Glibc

@testable import PCIConfig

/// A decoder that must stand any bytes, watched by libFuzzer.
struct FuzzTarget: Sendable {
  /// How it is called on the command line.
  let name: StaticString
  /// Inputs from which others are made.
  let seeds: @Sendable () -> [[UInt8]]
  /// What a mutation may put into an input as a whole.
  var words: [String] = []
  /// Decodes an input and returns how much it found, so that nothing can be left out; a trap is a
  /// failure.
  let run: @Sendable ([UInt8]) -> Int
}

private let targets: [FuzzTarget] = [
  .mcfg, .acpi, .tableLoader, .deviceTree, .capabilities, .extendedCapabilities, .capabilityValues,
  .dump, .names, .expressions, .selections, .e820, .iomem, .systemFiles, .recordFiles, .snapshot,
]

/// The target that the environment variable `FUZZ_TARGET` names; without it, the program prints the
/// names of all.
private let target: FuzzTarget = {
  let names = targets.map(\.name.description)
  guard let name = getenv("FUZZ_TARGET").map({ String(cString: $0) }) else {
    for name in names { print(name) }
    exit(0)
  }
  guard let index = names.firstIndex(of: name) else {
    print("fuzz target \(name): expected one of \(names.joined(separator: ", "))")
    exit(64)
  }
  return targets[index]
}()

/// What all inputs together held.
nonisolated(unsafe) var found = 0

/// Called once before the first input: puts the seeds as files into the directory that the
/// environment variable `FUZZ_SEEDS` names, and the words into a file beside it, `.words` behind its
/// name, as libFuzzer reads a dictionary.
@c(LLVMFuzzerInitialize) func initialize(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer
) -> CInt {
  let target = target
  guard let directory = getenv("FUZZ_SEEDS") else { return 0 }
  for (index, seed) in target.seeds().enumerated() {
    write(seed, to: "\(String(cString: directory))/seed-\(index)")
  }
  let words = target.words.map { word in
    "\"" + word.utf8.map { "\\x" + hexadecimal($0, digits: 2) }.joined() + "\"\n"
  }
  // An empty dictionary would be refused.
  write(
    Array("# \(target.name)\n\(words.joined())".utf8), to: "\(String(cString: directory)).words")
  return 0
}

private func write(_ bytes: [UInt8], to path: String) {
  guard let file = fopen(path, "w") else {
    perror(path)
    exit(2)
  }
  fwrite(bytes, 1, bytes.count, file)
  fclose(file)
}

@c(LLVMFuzzerTestOneInput) func testOneInput(
  _ bytes: UnsafeRawPointer?, _ count: Int
) -> CInt {
  found &+= target.run(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
  return 0
}
