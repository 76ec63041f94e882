import GuestProtocol
import Testing

@Suite struct ParameterTests {
  private static var all: Parameters {
    var parameters = Parameters()
    parameters.checks = [Glob("conf1.*"), Glob("ecam.window.?")]
    parameters.after = Array("conf1.latch.read-back".utf8)
    parameters.hypervisor = Array("tcg".utf8)
    parameters.iterations = 100_000
    parameters.timeStampFrequency = 2_596_000_000
    parameters.ecam = [
      .init(base: 0xB000_0000, firstBus: 0, lastBus: 255),
      .init(base: 1 << 40, firstBus: 3, lastBus: 9),
    ]
    parameters.marksSections = true
    return parameters
  }

  private static func image(blockAt offset: Int = 32) -> [UInt8] {
    var image = [UInt8](repeating: 0xAA, count: 4096)
    image.replaceSubrange(offset..<(offset + 16), with: ParameterBlock.magic)
    image.replaceSubrange((offset + 16)..<(offset + 20), with: [1, 0, 0, 0])
    return image
  }

  @Test func `the text form can be read again`() {
    #expect(Parameters(text: Self.all.text) == Self.all)
    #expect(Parameters(text: Parameters().text) == Parameters())
    #expect(Parameters().text == [])
  }

  @Test(arguments: [
    "unknown=1\n", "checks\n", "iterations=\n", "iterations=4294967296\n", "iterations=-1\n",
    "tsc=18446744073709551616\n", "tsc=1a\n", "ecam=b0000000\n", "ecam=b0000000:0-100\n",
    "ecam=:0-0\n", "ecam=x:0-0\n", "iterations=5", "sections=\n", "sections=2\n", "\n\n\n", "=\n",
  ])
  func `a line of another form is passed over`(text: String) {
    #expect(Parameters(text: Array(text.utf8)) == Parameters())
  }

  @Test func `parameters are written into an image and found there`() throws {
    var image = Self.image()
    let before = image
    try ParameterBlock.write(Self.all, into: &image)
    #expect(try ParameterBlock.parameters(in: image) == Self.all)
    try ParameterBlock.write(Parameters(), into: &image)
    #expect(try ParameterBlock.parameters(in: image) == Parameters())
    #expect(image[..<50] == before[..<50])
    #expect(image[(32 + ParameterBlock.size)...] == before[(32 + ParameterBlock.size)...])
  }

  @Test func `an image without a block, with another version, or too short is refused`() {
    #expect(throws: ParameterBlockError.missing) { try ParameterBlock.parameters(in: []) }
    #expect(throws: ParameterBlockError.missing) {
      try ParameterBlock.parameters(in: Self.image(blockAt: 33))
    }
    #expect(throws: ParameterBlockError.missing) {
      try ParameterBlock.parameters(in: Self.image(blockAt: 4096 - 512 - 512 + 16))
    }
    var image = Self.image()
    image[32 + 16] = 2
    #expect(throws: ParameterBlockError.version(2)) { try ParameterBlock.parameters(in: image) }
  }

  @Test func `text that does not fit is refused and changes nothing`() {
    var image = Self.image()
    let before = image
    var parameters = Parameters()
    parameters.after = Array(repeating: UInt8(ascii: "a"), count: ParameterBlock.textCapacity)
    #expect(throws: ParameterBlockError.textTooLong(ParameterBlock.textCapacity + 7)) {
      try ParameterBlock.write(parameters, into: &image)
    }
    #expect(image == before)
    image[32 + 19] = 0xFF
    #expect(throws: ParameterBlockError.textTooLong(0xFF00)) {
      try ParameterBlock.parameters(in: image)
    }
  }
}
