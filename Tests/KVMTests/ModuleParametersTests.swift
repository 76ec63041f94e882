import Glibc
import KVM
import Testing

@Suite("Parameters of KVM's module")
struct ModuleParametersTests {
  @Test("Are what the files say; a file that is missing or says something else is unknown")
  func files() throws {
    var template = Array("/tmp/kvm-parameters-XXXXXX".utf8CString)
    let directory = String(cString: try #require(mkdtemp(&template)))
    let caching = "\(directory)/mmio_caching"
    let mmu = "\(directory)/tdp_mmu"
    defer {
      unlink(caching)
      unlink(mmu)
      rmdir(directory)
    }
    func write(_ text: String, to path: String) throws {
      let file = try #require(fopen(path, "w"))
      fputs(text, file)
      fclose(file)
    }
    var parameters = ModuleParameters(directory: directory)
    #expect(parameters.mmioCaching == nil && parameters.tdpMMU == nil)
    try write("Y\n", to: caching)
    try write("N\n", to: mmu)
    parameters = ModuleParameters(directory: directory)
    #expect(parameters.mmioCaching == true && parameters.tdpMMU == false)
    try write("", to: caching)
    try write("1\n", to: mmu)
    parameters = ModuleParameters(directory: directory)
    #expect(parameters.mmioCaching == nil && parameters.tdpMMU == nil)
  }

  @Test("Of this machine are those of the module", .needsKVM)
  func live() throws {
    func text(_ name: String) -> String? {
      guard let file = fopen("/sys/module/kvm/parameters/\(name)", "r") else { return nil }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 8)
      return fgets(&line, 8, file).map { String(cString: $0) }
    }
    let flags: [String?: Bool] = ["Y\n": true, "N\n": false]
    let parameters = ModuleParameters()
    #expect(parameters.mmioCaching == flags[text("mmio_caching")])
    #expect(parameters.tdpMMU == flags[text("tdp_mmu")])
  }
}
