# SPDX-License-Identifier: Apache-2.0
# The kernel module, and what it costs.

.PHONY: module bench-driver

# for the running kernel, or KDIR=...
module:
	+$(MAKE) -C kmod $(if $(KDIR),KDIR=$(KDIR)) modules

$(BUILD)/tests/bench/driver: tests/bench/driver.c kmod/uapi/ioctl.h kmod/uapi/ring.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(WARN) -static -Ikmod -o $@ $<

# In a guest whose clock counts instructions: make bench-driver [K=6.1]
bench-driver: $(BUILD)/tests/bench/driver
	tests/vm/run --icount -k $(or $(K),6.1) -m build -- build/tests/bench/driver falco
