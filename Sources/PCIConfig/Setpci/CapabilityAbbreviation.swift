/// What setpci calls a capability behind `CAP_` or `ECAP_` (setpci(8)).
struct CapabilityAbbreviation: Sendable {
  let id: UInt16
  let name: String

  private static func table(_ text: String) -> [CapabilityAbbreviation] {
    NameTable(text).rows.map { CapabilityAbbreviation(id: UInt16($0.number), name: $0.name) }
  }

  /// Those of capabilities in the first 256 bytes.
  static let conventional: [CapabilityAbbreviation] =
    table(
      """
      01 PM
      02 AGP
      03 VPD
      04 SLOTID
      05 MSI
      06 CHSWP
      07 PCIX
      08 HT
      09 VNDR
      0a DBG
      0b CCRC
      0c HOTPLUG
      0d SSVID
      0e AGP3
      0f SECURE
      10 EXP
      11 MSIX
      12 SATA
      13 AF
      14 EA
      """)

  /// Those of capabilities in extended configuration space.
  static let extended: [CapabilityAbbreviation] =
    table(
      """
      01 AER
      02 VC
      03 DSN
      04 PB
      05 RCLINK
      06 RCILINK
      07 RCEC
      08 MFVC
      09 VC2
      0a RBCB
      0b VNDR
      0d ACS
      0e ARI
      0f ATS
      10 SRIOV
      11 MRIOV
      12 MCAST
      13 PRI
      15 REBAR
      16 DPA
      17 TPH
      18 LTR
      19 SECPCI
      1a PMUX
      1b PASID
      1c LNR
      1d DPC
      1e L1PM
      1f PTM
      20 M_PCIE
      21 FRS
      22 RTR
      23 DVSEC
      24 VF_REBAR
      25 DLNK
      26 16GT
      27 LMR
      28 HIER_ID
      29 NPEM
      2a 32GT
      30 IDE
      31 64GT
      """)
}
