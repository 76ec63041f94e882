import PCIConfig

extension Host {
  /// Asks whether mechanism 1 answers: the right to the ports, what CONFIG_ADDRESS reads back, and
  /// the vendor and device ID of a function, as far as it came.
  ///
  /// - Parameters:
  ///   - function: A function of segment 0.
  ///   - expected: Its vendor and device ID as another mode reads them, or `nil`.
  package func askMechanism1(_ function: FunctionAddress, expected: UInt32?) -> [RawAnswer] {
    guard let answers else {
      return noted(LiveMechanism1.ask(function, expected: expected))
    }
    return noted(
      Self.untilFailure(
        [.portPermission, .configAddress, .mechanism1(function, .vendorID)], answers))
  }

  /// Why there is no mechanism 1 where CONFIG_ADDRESS does not hold an address.
  package static let noLatch =
    "CONFIG_ADDRESS does not hold what is written to it: no mechanism 1 here"

  /// Whether CONFIG_ADDRESS held what was written to it. A record holds what it read back for some
  /// function: the enable bit with no reserved bit, and register 0.
  ///
  /// - Parameters:
  ///   - latch: What it read back.
  ///   - function: The function whose address was written on the live machine.
  package func holdsAddress(_ latch: UInt32, of function: FunctionAddress) -> Bool {
    isLive
      ? latch == Mechanism1Access.address(of: function, .vendorID)
      : latch & 0xFF00_00FF == UInt32(1) << 31
  }

  /// Asks whether a region answers: the right to physical memory, the mapping of one page, and
  /// identification registers of a function, as far as it came.
  ///
  /// - Parameters:
  ///   - function: A function.
  ///   - region: A region that decodes it.
  package func askECAM(_ function: FunctionAddress, in region: ECAMRegion) -> [RawAnswer] {
    guard let answers else {
      return noted(LiveECAM.ask(function, in: region))
    }
    guard let access = try? ConfigurationAccess(function, .vendorID, .doubleword),
      let address = try? region.address(of: access)
    else { return [] }
    return noted(
      Self.untilFailure(
        [
          .openMemory, .map(address), .ecam(function, .vendorID), .ecam(function, .revisionID),
        ], answers))
  }

  /// Asks for the right to open the device of physical memory, and for nothing more.
  package func askMemory() -> RawAnswer {
    noted([answers?.answer(to: .openMemory) ?? LiveECAM.askMemory()])[0]
  }

  /// Asks for the right to map the first page of a region, which is not touched.
  ///
  /// - Returns: The failure; `nil` if there was none, or the record does not hold the answer.
  package func askMap(_ region: ECAMRegion) -> SystemFailure? {
    let address = region.addresses.lowerBound
    guard let answers else {
      do {
        _ = try PhysicalPage(address)
        return nil
      } catch {
        return error
      }
    }
    return answers.answer(to: .openMemory).answer.failure
      ?? answers.answer(to: .map(address)).answer.failure
  }

  /// Reads SEV_STATUS through `/dev/cpu/0/msr`, which root has where the module msr is loaded.
  package func askSEVStatus() -> RawAnswer {
    noted([answers?.answer(to: .sevStatus) ?? LiveMSR.askSEVStatus()])[0]
  }

  /// The same answers, noted.
  package func noted(_ answers: [RawAnswer]) -> [RawAnswer] {
    journal?.note(answers)
    return answers
  }

  private static func untilFailure(
    _ questions: [RawRequest], _ record: RecordedAnswers
  ) -> [RawAnswer] {
    var answers: [RawAnswer] = []
    for question in questions {
      let answer = record.answer(to: question)
      answers.append(answer)
      guard case .known = answer.answer else { break }
    }
    return answers
  }
}
