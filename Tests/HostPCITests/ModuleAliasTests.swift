import Testing

@testable import HostPCI
@testable import HostReports
@testable import LinuxHost

struct ModuleAliasTests {
  private let loadable = """
    # Aliases extracted from modules themselves.
    alias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e
    alias pci:v*d*sv*sd*bc02sc00i* generic_net
    alias pci:v00008086d*sv*sd*bc*sc*i* e1000e
    alias pci:v00001AF4d0000104[12]sv*sd*bc*sc*i* virtio_pci
    alias usb:v8086p10D3d*dc*dsc*dp*ic*isc*ip*in* usb_thing
    alias pci:
    alias
    """
  private let builtIn = ["ahci.license=GPL", "ahci.alias=pci:v*d*sv*sd*bc01sc06i01*", "ahci.", ""]
    .joined(separator: "\0")

  private func modules(of name: String) -> [String] {
    ModuleAliases(loadable: Array(loadable.utf8), builtIn: Array(builtIn.utf8)).modules(for: name)
  }

  @Test func `modules come in the order of the list, each once`() {
    #expect(
      modules(of: "pci:v00008086d000010D3sv00008086sd0000A01Fbc02sc00i00")
        == ["e1000e", "generic_net"])
    #expect(modules(of: "pci:v00001AF4d00001042sv00001AF4sd00001042bc01sc80i00") == ["virtio_pci"])
    #expect(modules(of: "pci:v00001AF4d00001045sv00001AF4sd00001045bcFFscFFi00") == [])
    #expect(modules(of: "") == [])
  }

  @Test func `what is built in is named where nothing can be loaded`() {
    #expect(modules(of: "pci:v00001234d00000001sv00000000sd00000000bc01sc06i01") == ["ahci"])
    #expect(modules(of: "pci:v00008086d00000001sv00000000sd00000000bc01sc06i01") == ["e1000e"])
  }

  @Test func `the lists are those of the machine's kernel`() throws {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 64)
    try machine.write(
      "sys/bus/pci/devices/0000:00:02.0/modalias",
      "pci:v00008086d000010D3sv00000000sd00000000bc02sc00i00")
    func text(_ details: Inventory.Details) throws -> String {
      var listing = Listing(try Inventory(of: Host(recordedAt: machine.root), details: details))
      listing.showsDriver = true
      return listing.text + listing.machineText
    }
    let heading = "00:02.0 0200: 8086:10d3\n"
    let line = #"00:02.0 "0200" "8086" "10d3" -p00 "" """# + "\n"
    #expect(try text(.modules) == heading + line)
    try machine.write("proc/sys/kernel/osrelease", "6.1.0-1-amd64")
    try machine.write("lib/modules/6.1.0-1-amd64/modules.alias", loadable)
    #expect(try text([]) == heading + line)
    #expect(try text(.modules) == heading + "\tKernel modules: e1000e, generic_net\n" + line)
  }
}
