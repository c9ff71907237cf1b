# SPDX-License-Identifier: Apache-2.0
# Guests: the module built for other kernels, tests inside them, and make run.

# one key of tests/vm/kernels, several, or "all"
K ?= 6.1

DEPS := packaging/setup/deps

.PHONY: run run-host run-guest vm-build test-vm kselftest

# On this machine where its kernel loads modules, else in a guest.
run:
	@tests/vm/demo

run-host run-guest: run-%:
	@tests/vm/demo $*

# make vm-build K="6.1 7"
vm-build:
	@$(DEPS) guest
	@for k in $(if $(filter all,$(K)),$$(awk '!/^#/ && NF { print $$1 }' tests/vm/kernels),$(K)); do \
		tests/vm/build -k $$k || exit 1; done

# make test-vm K=6.1 T=openat
# make test-vm K="6.1-arm64 7-arm64" T="openat clone"
test-vm: $(BUILD)/tests/kmod-tests $(if $(filter all %-arm64,$(K)),arm64-tests)
	@$(DEPS) guest
	@tests/vm/test -k "$(K)" $(if $(V),-v) $(T)

# the kernel's own test harness, which kmod-tests is written with
kselftest $(BUILD)/kselftest/kselftest_harness.h:
	@$(DEPS) test
	@tests/vm/kselftest >/dev/null

# programs that make run starts in its tour: each performs a suspicious action
TOUR := $(patsubst tests/vm/actions/%.c,$(BUILD)/tour/%,$(wildcard tests/vm/actions/*.c))
.PHONY: tour
tour: $(TOUR)
$(TOUR): $(BUILD)/tour/%: $(BUILD)/tests/vm/actions/%.o
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $(EXTRA_CFLAGS) -o $@ $<

# tests of tests/vm/run itself
.PHONY: vm-selftest
vm-selftest:
	@$(DEPS) guest
	@for k in $(K); do tests/vm/selftest $$k || exit 1; done
