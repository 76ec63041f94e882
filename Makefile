# pcicfg: what people type. `make help` lists it.

SWIFT  ?= swift
PREFIX ?= /usr/local
JOBS   ?=

RELEASE := -c release -Xswiftc -static-executable
TOOLS   := pcicfg guestctl vmm
BUILT    = $(shell $(SWIFT) build $(RELEASE) --show-bin-path)
ROMS    := pcicfg_GuestROMs.resources
SOURCES := Package.swift Sources Benchmarks Tests Plugins guest Fuzz scripts

# Modules whose folders may import each other in a circle: VirtualMachine until its buses, devices and
# mutations are taken apart.
CIRCULAR := VirtualMachine
INDEX    := .build/debug/index/store
BUILDS  := nasm=nasm
# As many tests at once as there are processors; by default Swift Testing starts all of them.
WIDTH   := --experimental-maximum-parallelization-width $(shell nproc)
DEBIAN  := .build/debian-guest
RUNS    := $(BUILDS) qemu-system-x86_64=qemu-system-x86

# The decoders of tables, lists and texts under libFuzzer: the modules that the fuzz program links,
# as NAME:SOURCES:IMPORTS with the imported modules separated by commas. Overflows and assertions trap
# as in a debug build.
FUZZED := PCIConfig:Sources/PCIConfig: LinuxHost:Sources/LinuxHost:PCIConfig \
  HostPCI:Sources/HostPCI:LinuxHost,PCIConfig \
  HostReports:Sources/HostReports:HostPCI,LinuxHost,PCIConfig \
  TestSupport:Tests/TestSupport:PCIConfig \
  Fuzz:Fuzz:PCIConfig,LinuxHost,HostPCI,HostReports,TestSupport
FUZZ_RUNS ?= 10000000
TARGET    ?=
FUZZER    := .build/fuzz/fuzz
TEST_FUZZER := .build/fuzz-test/fuzz
FUZZFLAGS := -sanitize=fuzzer -use-ld=lld -swift-version 6 -parse-as-library -wmo \
  -assert-config Debug -enforce-exclusivity=unchecked -suppress-warnings -enable-testing \
  -package-name pcicfg -I Sources/CLinux -I Sources/CX86
RESOURCES := $(shell $(SWIFT)c -print-target-info | \
  sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
LIBFUZZER := $(wildcard $(RESOURCES)/clang/lib/linux/libclang_rt.fuzzer-x86_64.a)

.PHONY: help build release test build-tests test-guests test-signatures test-slow debian-guest \
  fuzz bench lint format share install \
  uninstall clean need-build need-run need-fuzz

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: need-build ## Build everything for debugging
	$(SWIFT) build

release: need-build ## Build everything for use: static programs, guest images
	$(SWIFT) build $(RELEASE)

test-guests: need-run release ## Run every guest suite on every hypervisor at hand, and compare
	"$(BUILT)/guestctl" run $(if $(JOBS),--jobs $(JOBS))

test-signatures: need-build release ## Run three suites under the signature of every known hypervisor
	"$(BUILT)/guestctl" run --hypervisors "$(BUILT)/$(ROMS)/signatures.yml" hypervisor selector damaged-facts

test: need-run debian-guest ## Run all tests: units, virtual machine, guests, command lines, some fuzz, format
	$(MAKE) --no-print-directory -j2 build-tests $(if $(LIBFUZZER),$(TEST_FUZZER))
	$(SWIFT) test --skip-build $(WIDTH)
	$(if $(LIBFUZZER),sh scripts/fuzz.sh $(TEST_FUZZER) 5000,\
	  @echo "fuzz: skipped, as the toolchain has no libFuzzer")
	$(MAKE) --no-print-directory lint

# The fuzz program is compiled by one thread, beside what the others leave idle.
build-tests:
	$(SWIFT) build --build-tests

test-slow: need-run debian-guest ## Run all tests, and those that take minutes
	$(SWIFT) build --build-tests
	PCICFG_SLOW=1 $(SWIFT) test --skip-build $(WIDTH)

debian-guest: need-run ## Prepare Debian's kernel, lspci and a static pcicfg, which tests boot under QEMU
	@sh scripts/debian-packages.sh $(DEBIAN)
	@[ ! -e $(DEBIAN)/root ] || { $(SWIFT) build $(RELEASE) --product pcicfg && \
	  sh scripts/debian-image.sh $(DEBIAN) "$(BUILT)/pcicfg"; }

fuzz: need-fuzz $(FUZZER) ## Feed FUZZ_RUNS mutated inputs to each decoder, or to TARGET
	@sh scripts/fuzz.sh $(FUZZER) "$(FUZZ_RUNS)" "$(TARGET)"

# Fast for millions of inputs, and compiled fast for those of a test.
$(dir $(FUZZER))%: OPTIMIZATION = -O
$(dir $(TEST_FUZZER))%: OPTIMIZATION = -Onone

# $(1): where the program goes; the rest is an entry of FUZZED.
define FUZZ_MODULE
$(1)$(2).o: $(sort $(shell find $(3) -name '*.swift')) $(patsubst %,$(1)%.o,$(4)) Makefile
	@mkdir -p $(1)
	@$(SWIFT)c $(FUZZFLAGS) $$(OPTIMIZATION) -module-name $(2) -I $(1) -c -o $$@ \
	  -emit-module-path $(1)$(2).swiftmodule $$(filter %.swift,$$^)
endef

define FUZZ_PROGRAM
$(foreach module,$(FUZZED),$(call FUZZ_ENTRY,$(1),$(subst :, ,$(module))))
$(1)fuzz: $(foreach module,$(FUZZED),$(1)$(firstword $(subst :, ,$(module))).o)
	@$(SWIFT)c -sanitize=fuzzer -use-ld=lld -o $$@ $$^
endef

comma := ,
define FUZZ_ENTRY

$(call FUZZ_MODULE,$(1),$(word 1,$(2)),$(word 2,$(2)),$(subst $(comma), ,$(word 3,$(2))))

endef

$(foreach program,$(FUZZER) $(TEST_FUZZER),$(eval $(call FUZZ_PROGRAM,$(dir $(program)))))

bench: need-run release ## Print start times of all hypervisors, what windows and exits cost vmm, how fast lists and reads are
	@sh scripts/bench-start.sh "$(BUILT)/guestctl" 10
	@echo
	@sh scripts/bench-window.sh "$(BUILT)/vmm" "$(BUILT)/$(ROMS)" 20
	@echo
	@sh scripts/bench-list.sh "$(BUILT)/pcicfg" 100
	@echo
	@"$(BUILT)/exitcost" 100 1000

lint: build ## Check the format of the sources, and that imports between folders of a module point one way
	$(SWIFT) format lint --strict -r $(SOURCES)
	.build/debug/folder-circles $(RESOURCES)/../libIndexStore.so $(INDEX) Sources $(CIRCULAR)

format: ## Format the sources
	$(SWIFT) format -i -r $(SOURCES)

share: release ## Make man pages and completions for bash, zsh and fish
	$(SWIFT) build $(RELEASE) --product generate-manual
	@sh scripts/share.sh "$(BUILT)" .build/share $(TOOLS)

install: share ## Install the release build below PREFIX
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/pcicfg/roms"
	install -s $(addprefix "$(BUILT)"/,$(TOOLS)) "$(DESTDIR)$(PREFIX)/bin"
	install -m 644 "$(BUILT)/$(ROMS)"/*.yml "$(DESTDIR)$(PREFIX)/share/pcicfg"
	install -m 644 "$(BUILT)/$(ROMS)"/*.rom "$(BUILT)/$(ROMS)"/*.elf "$(BUILT)/$(ROMS)"/*.lines \
	  "$(DESTDIR)$(PREFIX)/share/pcicfg/roms"
	cd .build/share && find . -type f -exec install -D -m 644 {} "$(DESTDIR)$(PREFIX)/share/{}" \;

uninstall: ## Remove what install has put below PREFIX
	rm -f $(addprefix "$(DESTDIR)$(PREFIX)/bin"/,$(TOOLS))
	rm -rf "$(DESTDIR)$(PREFIX)/share/pcicfg"
	cd "$(DESTDIR)$(PREFIX)/share" && rm -f $(foreach tool,$(TOOLS),man/man1/$(tool).1 \
	  man/man1/$(tool).*.1 bash-completion/completions/$(tool) zsh/site-functions/_$(tool) \
	  fish/vendor_completions.d/$(tool).fish)

clean: ## Remove everything that was built
	rm -rf .build

need-build:
	@sh scripts/need.sh $(BUILDS)

need-run:
	@sh scripts/need.sh $(RUNS)

need-fuzz:
	@[ -n "$(LIBFUZZER)" ] || { echo "The toolchain of $(SWIFT)c has no libFuzzer" >&2; exit 2; }
