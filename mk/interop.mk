# SPDX-License-Identifier: Apache-2.0
# Our module beside another one, read by a program made for that: make interop-driver

# statically linked, and sent into the guest with the tests
$(BUILD)/tests/interop/actions: tests/interop/actions.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -O1 -w -static -o $@ $<

.PHONY: interop-driver interop-driver-short
interop-driver: all tour $(BUILD)/tests/interop/actions
	@tests/interop/driver $(K)

# our falco on the other one alone: part of make test
interop-driver-short: all tour $(BUILD)/tests/interop/actions
	@tests/interop/driver -s $(K)
