import PCIConfig
import Testing

@Suite struct VouchedRegionTests {
  private let function = FunctionAddress(routingID: 0x0518)

  private func region(
    _ number: UInt64, _ vouchers: ECAMVouchers, buses: ClosedRange<UInt8> = 0...255,
    segment: UInt32 = 0, overlapsMemory: Bool = false
  ) throws -> VouchedRegion {
    VouchedRegion(
      try ECAMRegion(base: number << 28, segment: segment, buses: buses), vouchers,
      overlapsMemory: overlapsMemory, reserved: ReservedBytes(byE820: 0, byMotherboard: 0))
  }

  @Test func `the kernel's region serves, else one with evidence, else most claims`() throws {
    let kernel = try region(1, .kernel)
    let evident = try region(2, .hostBridge)
    let claimed = try region(3, [.mcfg, .told])
    let told = try region(4, .told)
    let memory = try region(5, [.mcfg, .reservation, .hostBridge], overlapsMemory: true)
    #expect([told, claimed, evident, kernel].region(for: function) == kernel)
    #expect([kernel, memory].region(for: function) == kernel)
    #expect([told, memory, evident].region(for: function) == evident)
    #expect([told, claimed].region(for: function) == claimed)
    #expect([told, try region(6, .mcfg)].region(for: function) == told)
    #expect([told].region(for: function) == told)
  }

  @Test func `a region that does not decode the function does not serve it`() throws {
    let others = try [region(1, .kernel, buses: 0...4), region(2, .kernel, segment: 1)]
    #expect(others.region(for: function) == nil)
    let one = try region(3, .told, buses: 5...5)
    #expect((others + [one]).region(for: function) == one)
    #expect([VouchedRegion]().region(for: function) == nil)
  }

  @Test func `memory, missing evidence and a restriction are objections, in this order`() throws {
    let memory = try region(1, [.mcfg, .kernel], overlapsMemory: true)
    let listed = try region(2, .mcfg)
    let told = try region(3, .told)
    let evident = try region(4, .hostBridge)
    let kernel = try region(5, .kernel)
    let regions = [memory, listed, told, evident, kernel]
    #expect(
      regions.map { $0.objection(under: nil) } == [
        .regionOverMemory(memory.region), .regionOnlyListed(listed.region),
        .regionOnlyTold(told.region), nil, nil,
      ])
    #expect(
      regions.map { $0.objection(under: .confidentialGuest) } == [
        .regionOverMemory(memory.region), .regionOnlyListed(listed.region),
        .regionOnlyTold(told.region), .restricted(.confidentialGuest), nil,
      ])
    #expect(
      regions.map { $0.objection(under: .xenParavirtual, requiresEvidence: false) } == [
        .regionOverMemory(memory.region), .restricted(.xenParavirtual),
        .restricted(.xenParavirtual), .restricted(.xenParavirtual), nil,
      ])
  }
}
