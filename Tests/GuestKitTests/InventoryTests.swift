import GuestKit
import Testing

@Suite struct InventoryTests {
  private func text(
    name: String, description: String = "a monitor of somebody's", width: Int
  ) -> String {
    var hypervisor = HypervisorConfiguration(name: name, command: ["/no/such/program", "{image}"])
    hypervisor.description = description
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

  @Test func `Of what is wider than a line, only addresses of the web stay whole`() {
    let path = String(repeating: "p", count: 50)
    #expect(
      text(name: "one", description: "a (http://\(path)) https://\(path) to://\(path)", width: 40)
        == """
        SUITES

        HYPERVISORS

        one  a
             (http://\(path))
             https://\(path)
             to://\(String(repeating: "p", count: 30))
             \(String(repeating: "p", count: 20))
             cannot run here: there is no
             /no/such/program; install it or
             correct its command

        """)
  }
}
