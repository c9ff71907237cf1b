# SPDX-License-Identifier: Apache-2.0
# Stress tests of the module, and tests on debug kernels: tests/vm/README.md.

STRESS := $(patsubst tests/stress/%.c,$(BUILD)/tests/stress/%.o,$(wildcard tests/stress/*.c))

# system calls that this machine's headers have no number for
$(BUILD)/tests/stress/stress_numbers.h: kmod/schema/syscalls.def
	@mkdir -p $(@D)
	sed -n 's/^SYSCALL([0-9]*, *\([a-z0-9_]*\).*/#ifndef __NR_\1\n#define __NR_\1 -1\n#endif/p' $< >$@

$(STRESS): $(BUILD)/tests/stress/%.o: tests/stress/%.c $(BUILD)/tests/stress/stress_numbers.h
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -O1 -g $(WARN) -MMD -MP -Ikmod -I$(BUILD)/tests/stress -c -o $@ $<

$(BUILD)/tests/kmod-stress: $(STRESS)
	$(CC) -static -o $@ $^ -lpthread

# Debug kernels, built from the distribution's source: half an hour each, once.
DEBUG_KERNELS := $(shell awk '!/^\#/ && NF { print $$1 }' tests/vm/debug/kernels)
STRESS_SECONDS ?= 20

.PHONY: stress stress-long debug-kernel test-debug coverage-driver
# the short form, on a distribution's kernel: part of make test
stress: $(BUILD)/tests/kmod-stress
	@$(DEPS) guest
	@tests/vm/stress -k $(K) -s $(STRESS_SECONDS)

# the same for longer, on two kernels: part of make test-all
stress-long: $(BUILD)/tests/kmod-stress
	@$(DEPS) guest
	@tests/vm/stress -k "6.1 7" -s 300

debug-kernel:
	@for k in $(DEBUG_KERNELS); do tests/vm/debug/kernel $$k || exit 1; done

# all tests on debug kernels: make test-debug [K="6.1-kasan"] [SECONDS=120] [CYCLES=100]
test-debug: $(BUILD)/tests/kmod-tests $(BUILD)/tests/kmod-stress
	@$(DEPS) guest test
	@tests/vm/debug/test -s $(or $(SECONDS),120) -n $(or $(CYCLES),100) $(filter-out 6.1,$(K))

# coverage of kmod/
coverage-driver: $(BUILD)/tests/kmod-tests $(BUILD)/tests/kmod-stress
	@$(DEPS) guest test
	@tests/vm/debug/coverage
