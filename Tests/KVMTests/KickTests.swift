import Glibc
import KVM
import TestSupport
import Testing

@Suite("Kicks", .needsKVM, .hangLimit)
struct KickTests {
  @Test("A kick before a run ends it before the first instruction, and only that run")
  func before() throws {
    var guest = try TinyGuest([0xE6, 0x80, 0xF4])
    guest.processor.kick()
    guest.processor.kick()
    #expect(try guest.processor.run() == .interrupted)
    #expect(try guest.processor.registers().rip == UInt64(TinyGuest.origin))
    #expect(try guest.processor.run() == .portWrite(PortAccess(port: 0x80, size: 1)))
    #expect(try guest.processor.run() == .halt)
  }

  @Test("A kick between an exit and the next run still completes the read")
  func completion() throws {
    var guest = try TinyGuest([0xE4, 0x80, 0xF4])
    #expect(try guest.processor.run() == .portRead(PortAccess(port: 0x80, size: 1)))
    guest.processor.setPortValue(0x5A)
    guest.processor.kick()
    #expect(try guest.processor.run() == .interrupted)
    #expect(try guest.processor.registers().rax & 0xFF == 0x5A)
    #expect(try guest.processor.run() == .halt)
  }

  @Test("A kick from another thread ends a guest that spins, whenever it comes")
  func spinning() throws {
    // out 0x80, al; jmp $
    for delay in 0..<50 {
      var guest = try TinyGuest([0xE6, 0x80, 0xEB, 0xFE])
      #expect(try guest.processor.run() == .portWrite(PortAccess(port: 0x80, size: 1)))
      let kicker = try KickingThread(guest.processor.kick, after: UInt32(delay * 20))
      #expect(try guest.processor.run() == .interrupted)
      kicker.join()
    }
  }

  @Test("A processor that changes threads is kicked in the one that runs it")
  func otherThread() throws {
    // jmp $
    let guest = try TinyGuest([0xEB, 0xFE])
    let kick = guest.processor.kick
    var processor = guest.intoProcessor()
    kick()
    #expect(try processor.run() == .interrupted)
    for _ in 0..<3 {
      let runner = try RunningThread(processor)
      let kicker = try KickingThread(kick, after: 1000)
      processor = runner.join()
      kicker.join()
      #expect(runner.exit == .interrupted)
    }
  }

  @Test("A handle may outlive its processor")
  func outliving() throws {
    let guest = try TinyGuest([0xF4])
    let kick = guest.processor.kick
    _ = consume guest
    kick()
  }
}

/// A thread that kicks once.
struct KickingThread {
  private final class Work {
    let kick: Kick
    let delay: UInt32
    init(kick: Kick, delay: UInt32) {
      self.kick = kick
      self.delay = delay
    }
  }

  private var thread = pthread_t()

  init(_ kick: Kick, after microseconds: UInt32) throws {
    let work = Unmanaged.passRetained(Work(kick: kick, delay: microseconds))
    let created = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        usleep(work.delay)
        work.kick()
        return nil
      }, work.toOpaque())
    try #require(created == 0)
  }

  func join() { pthread_join(thread, nil) }
}

/// A thread that runs a processor once.
final class RunningThread {
  private var processor: VirtualCPU?
  private var thread = pthread_t()
  private(set) var exit: Exit?

  init(_ processor: consuming VirtualCPU) throws {
    self.processor = consume processor
    let created = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        let this = Unmanaged<RunningThread>.fromOpaque(argument).takeRetainedValue()
        if var processor = this.processor.take() {
          this.exit = try? processor.run()
          this.processor = consume processor
        }
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    try #require(created == 0)
  }

  func join() -> VirtualCPU {
    pthread_join(thread, nil)
    guard let processor = processor.take() else { preconditionFailure("the thread kept it") }
    return processor
  }
}
