import ArgumentParser
import GuestKit
