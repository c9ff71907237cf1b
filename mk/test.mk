# SPDX-License-Identifier: Apache-2.0
# make test: everything. make check unit: the quick half.

# What runs, in this order; each part prints how many passed, failed and were skipped.
TEST_PARTS ?= check hardening unit rules-test cli lives mutate sanitize-short loader replay recordings interop interop-driver-short fuzz-minute e2e recordings-live kernels kernel-arm64 stress

.PHONY: test check
test:
	@packaging/setup/deps build guest test
	@tests/all $(TEST_PARTS)

check:
	@tests/check

.PHONY: replay
replay: $(BUILD)/falco
	@tests/replay/run

# Kernels that every run boots; make test-vm K=all boots the rest.
TEST_KERNELS ?= 5.10 6.1 6.12 7

.PHONY: e2e kernels
e2e: all tour
	@tests/e2e/run 6.1 7

kernels:
	@$(MAKE) --no-print-directory test-vm K="$(TEST_KERNELS)"

# FUZZ_SECONDS of each fuzzer.  The same inputs in the same order every time: what fails here, a change made fail.
.PHONY: fuzz-minute
fuzz-minute:
	@FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_SEED=1 tests/fuzz/run fuzz fuzz-capture fuzz-decode

# Hardening, read off the built programs.
.PHONY: hardening
hardening: all
	@HARDEN_LINK="$(HARDEN_LINK)" CC="$(CC)" tests/hardening
