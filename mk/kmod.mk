# SPDX-License-Identifier: Apache-2.0
# The kernel module, and its benchmark.

.PHONY: module bench-driver

# for the running kernel, or KDIR=...
module:
	+$(MAKE) -C kmod $(if $(KDIR),KDIR=$(KDIR)) modules

$(BUILD)/tests/bench/driver: tests/bench/driver.c kmod/uapi/ioctl.h kmod/uapi/ring.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARN) -static -Ikmod -o $@ $<

# Instructions added per operation, also by other drivers, in guests: make bench-driver [K="6.1 6.12"]
bench-driver: $(BUILD)/tests/bench/driver
	@for k in $(or $(K),6.1 6.12); do echo "== $$k"; tests/bench/drivers $$k || exit 1; done
