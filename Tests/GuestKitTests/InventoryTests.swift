import GuestKit
import Testing

@Suite struct InventoryTests {
  private func text(name: String, width: Int) -> String {
    var hypervisor = HypervisorConfiguration(name: name, command: ["/no/such/program", "{image}"])
    hypervisor.description = "a monitor of somebody's"
    return Inventory(images: [], file: HypervisorFile(hypervisors: [hypervisor])).text(width: width)
  }

  @Test func `A name stands before what is said of it`() {
    #expect(
      text(name: "one", width: 60) == """
        SUITES

        HYPERVISORS

        one  a monitor of somebody's
             cannot run here: there is no /no/such/program; install
             it or correct its command

        """)
  }

  @Test(arguments: [53, 79, 100])
  func `A name that takes a line or more stands above`(length: Int) {
    let name = String(repeating: "n", count: length)
    var lines = [name]
    if length > 60 { lines = [String(name.prefix(60)), String(name.dropFirst(60))] }
    #expect(
      text(name: name, width: 60) == """
        SUITES

        HYPERVISORS

        \(lines.joined(separator: "\n"))
                                      a monitor of somebody's
                                      cannot run here: there is no
                                      /no/such/program; install it
                                      or correct its command

        """)
  }
}
