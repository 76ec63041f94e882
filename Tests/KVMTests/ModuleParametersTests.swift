import Glibc
import KVM
import TestSupport
import Testing

@Suite("Parameters of KVM's module")
struct ModuleParametersTests {
  @Test("Are what the files say; a file that is missing or says something else is unknown")
  func files() throws {
    let directory = try TemporaryDirectory()
    var parameters = ModuleParameters(directory: directory.path)
    #expect(parameters.mmioCaching == nil && parameters.tdpMMU == nil)
    try directory.write("mmio_caching", "Y\n")
    try directory.write("tdp_mmu", "N\n")
    parameters = ModuleParameters(directory: directory.path)
    #expect(parameters.mmioCaching == true && parameters.tdpMMU == false)
    try directory.write("mmio_caching", "")
    try directory.write("tdp_mmu", "1\n")
    parameters = ModuleParameters(directory: directory.path)
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
