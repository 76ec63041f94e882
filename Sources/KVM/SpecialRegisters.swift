import CLinux

/// The segment, descriptor table and control registers of a processor (`struct kvm_sregs`).
public struct SpecialRegisters: Equatable, Sendable {
  /// The code segment.
  public var cs: Segment
  /// The data segment.
  public var ds: Segment
  /// The extra segment.
  public var es: Segment
  /// Segment FS.
  public var fs: Segment
  /// Segment GS.
  public var gs: Segment
  /// The stack segment.
  public var ss: Segment
  /// The task register.
  public var tr: Segment
  /// The local descriptor table.
  public var ldt: Segment
  /// The global descriptor table.
  public var gdt: DescriptorTable
  /// The interrupt descriptor table.
  public var idt: DescriptorTable
  /// Control register 0.
  public var cr0: UInt64
  /// The address of the last page fault.
  public var cr2: UInt64
  /// The base of the page tables.
  public var cr3: UInt64
  /// Control register 4.
  public var cr4: UInt64
  /// The task priority.
  public var cr8: UInt64
  /// The extended features enable register.
  public var efer: UInt64
  /// The base and the enable bits of the local APIC.
  public var apicBase: UInt64
  /// The one external interrupt that waits to be delivered, as a bitmap of 256 vectors.
  public var pendingInterrupts: [UInt64]

  init(_ registers: kvm_sregs) {
    cs = Segment(registers.cs)
    ds = Segment(registers.ds)
    es = Segment(registers.es)
    fs = Segment(registers.fs)
    gs = Segment(registers.gs)
    ss = Segment(registers.ss)
    tr = Segment(registers.tr)
    ldt = Segment(registers.ldt)
    gdt = DescriptorTable(registers.gdt)
    idt = DescriptorTable(registers.idt)
    cr0 = registers.cr0
    cr2 = registers.cr2
    cr3 = registers.cr3
    cr4 = registers.cr4
    cr8 = registers.cr8
    efer = registers.efer
    apicBase = registers.apic_base
    let bitmap = registers.interrupt_bitmap
    pendingInterrupts = [bitmap.0, bitmap.1, bitmap.2, bitmap.3]
  }

  var structure: kvm_sregs {
    precondition(pendingInterrupts.count == 4, "256 vectors are four words of 64 bits")
    let bitmap = pendingInterrupts
    return kvm_sregs(
      cs: cs.structure, ds: ds.structure, es: es.structure, fs: fs.structure, gs: gs.structure,
      ss: ss.structure, tr: tr.structure, ldt: ldt.structure, gdt: gdt.structure,
      idt: idt.structure, cr0: cr0, cr2: cr2, cr3: cr3, cr4: cr4, cr8: cr8, efer: efer,
      apic_base: apicBase, interrupt_bitmap: (bitmap[0], bitmap[1], bitmap[2], bitmap[3]))
  }
}

/// A segment register with its hidden part (`struct kvm_segment`).
public struct Segment: Equatable, Sendable {
  /// The linear address of the segment's first byte.
  public var base: UInt64
  /// The offset of its last byte.
  public var limit: UInt32
  /// What the guest reads from the register.
  public var selector: UInt16
  /// The descriptor's type field, 4 bits.
  public var type: UInt8
  /// The segment is present.
  public var isPresent: Bool
  /// The descriptor's privilege level, 0 to 3.
  public var privilegeLevel: UInt8
  /// Operands have 32 bits by default (D or B).
  public var isDefault32Bit: Bool
  /// A code or data segment, not a system one (S).
  public var isCodeOrData: Bool
  /// Code of 64 bits (L).
  public var isLong: Bool
  /// The limit counts pages (G).
  public var hasPageGranularity: Bool
  /// The bit that is left to software (AVL).
  public var isAvailable: Bool
  /// The register holds no segment.
  public var isUnusable: Bool

  init(_ segment: kvm_segment) {
    base = segment.base
    limit = segment.limit
    selector = segment.selector
    type = segment.type
    isPresent = segment.present != 0
    privilegeLevel = segment.dpl
    isDefault32Bit = segment.db != 0
    isCodeOrData = segment.s != 0
    isLong = segment.l != 0
    hasPageGranularity = segment.g != 0
    isAvailable = segment.avl != 0
    isUnusable = segment.unusable != 0
  }

  var structure: kvm_segment {
    kvm_segment(
      base: base, limit: limit, selector: selector, type: type, present: isPresent ? 1 : 0,
      dpl: privilegeLevel, db: isDefault32Bit ? 1 : 0, s: isCodeOrData ? 1 : 0,
      l: isLong ? 1 : 0, g: hasPageGranularity ? 1 : 0, avl: isAvailable ? 1 : 0,
      unusable: isUnusable ? 1 : 0, padding: 0)
  }
}

/// The register of a descriptor table (`struct kvm_dtable`).
public struct DescriptorTable: Equatable, Sendable {
  /// The linear address of the table's first byte.
  public var base: UInt64
  /// The offset of its last byte.
  public var limit: UInt16

  init(_ table: kvm_dtable) {
    base = table.base
    limit = table.limit
  }

  var structure: kvm_dtable { kvm_dtable(base: base, limit: limit, padding: (0, 0, 0)) }
}
