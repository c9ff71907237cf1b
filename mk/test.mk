# SPDX-License-Identifier: Apache-2.0
# make test: what every change runs. make test-all: what takes hours. tests/README.md tells what each part is.

# Kernels that run all kernel tests, and those that run KERNEL_TESTS: what differs between versions and architectures.
KERNELS_ALL   ?= 6.1 7
KERNELS_SHORT ?= 5.10 6.12 6.1-arm64
KERNEL_TESTS  ?= by_arm32 by_x32 clone clone3 execve execveat procexit signaldeliver openat openat2 read writev pread sendto \
	recvmsg connect accept4 mmap ptrace prctl generic setresuid getresuid bpf ring ioctl hotplug snaplen uring cgroups
KERNEL_PARTS  := $(KERNELS_ALL:%=kernel-%) $(KERNELS_SHORT:%=kernel-%)
# the others of tests/vm/kernels, and those that make test runs in part
KERNEL_PARTS_LONG := $(addprefix kernel-all-,$(filter-out $(KERNELS_ALL),$(shell awk '!/^\#/ && NF { print $$1 }' tests/vm/kernels)))

# Parts that boot guests, which keep one processor busy: they run beside each other and beside other parts. Those that
# need the whole machine run alone.
TEST_GUESTS := $(KERNEL_PARTS) $(KERNEL_PARTS_LONG) e2e recordings-live interop-driver-short interop-driver vm-selftest
TEST_ALONE  := stress stress-long test-debug

# Each part is a target that prints how many passed, failed and were skipped. The long ones go first.
TEST_PARTS ?= check lint hardening unit rules-test cli sanitize-short mutate fuzz-short churn loader replay recordings interop \
	$(KERNEL_PARTS) e2e recordings-live interop-driver-short stress
TEST_ALL_PARTS ?= check lint hardening unit rules-test cli sanitize mutate fuzz-long churn loader replay recordings interop \
	$(KERNELS_ALL:%=kernel-%) $(KERNEL_PARTS_LONG) e2e recordings-live interop-driver vm-selftest stress-long test-debug

export TEST_GUESTS TEST_ALONE

.PHONY: test test-all test-programs check
test:
	@packaging/setup/deps build guest test $(if $(filter %-arm64,$(TEST_PARTS)),arm64) $(if $(filter lint,$(TEST_PARTS)),lint)
	@tests/all $(TEST_PARTS)

test-all:
	@packaging/setup/deps build guest test arm64 lint debug
	@PART_MINUTES=$(or $(PART_MINUTES),600) tests/all $(TEST_ALL_PARTS)

# What several parts need, so that none of them builds it while another one reads it.
test-programs: all tour $(addprefix $(BUILD)/tests/unit/,$(UNIT)) $(BUILD)/tests/kmod-tests $(BUILD)/tests/kmod-stress \
	$(BUILD)/tests/bench/churn $(BUILD)/tests/interop/trim_params $(BUILD)/tests/interop/actions

check:
	@tests/check

.PHONY: replay
replay: $(BUILD)/falco
	@tests/replay/run

.PHONY: e2e $(KERNEL_PARTS) $(KERNEL_PARTS_LONG)
e2e: all tour
	@tests/e2e/run 6.1 7

$(KERNELS_ALL:%=kernel-%): kernel-%:
	@$(MAKE) --no-print-directory test-vm K=$*

$(KERNELS_SHORT:%=kernel-%): kernel-%:
	@$(MAKE) --no-print-directory test-vm K=$* T="$(filter-out $(if $(filter %-arm64,$*),by_x32,by_arm32),$(KERNEL_TESTS))"

$(KERNEL_PARTS_LONG): kernel-all-%:
	@$(MAKE) --no-print-directory test-vm K=$*

# Each fuzzer for some seconds. In fuzz-short the same inputs in the same order every time: what fails there, a change
# made fail.
.PHONY: fuzz-short fuzz-long
fuzz-short:
	@FUZZ_SECONDS=$(or $(FUZZ_SHORT_SECONDS),20) FUZZ_SEED=1 tests/fuzz/run fuzz fuzz-capture fuzz-decode

fuzz-long:
	@FUZZ_SECONDS=$(or $(FUZZ_LONG_SECONDS),1200) tests/fuzz/run fuzz fuzz-capture fuzz-decode

# Hardening, read off the built programs.
.PHONY: hardening
hardening: all
	@HARDEN_LINK="$(HARDEN_LINK)" CC="$(CC)" tests/hardening
