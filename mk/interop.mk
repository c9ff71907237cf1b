# SPDX-License-Identifier: Apache-2.0
# Comparison of our module with Debian's falcosecurity-scap-dkms: make interop-driver

# statically linked, to run in any guest
$(BUILD)/tests/interop/actions: tests/interop/actions.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -O1 -w -static -o $@ $<

.PHONY: interop-driver interop-driver-short
interop-driver: all tour $(BUILD)/tests/interop/actions
	@tests/interop/driver $(K)

# only our falco with Debian's module: part of make test
interop-driver-short: all tour $(BUILD)/tests/interop/actions
	@tests/interop/driver -s $(K)
