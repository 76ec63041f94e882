/// The images of the guest suites, as resources of this target.
///
/// The build puts them into `pcicfg_GuestROMs.resources` beside the programs, where they are
/// looked for; nothing is found through this type.
public enum GuestROMs {}
