# SPDX-License-Identifier: Apache-2.0
# Captures that rules record: what they hold, and whether Debian's sysdig reads them.

$(BUILD)/tests/interop/%: $(BUILD)/tests/interop/%.o $(LIB)
	$(CC) $(LDFLAGS) $(EXTRA_CFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: recordings interop recordings-live
recordings: $(BUILD)/falco
	@tests/replay/recordings

interop: $(BUILD)/falco $(BUILD)/tests/interop/trim_params
	@tests/interop/run

# recordings made in guests
recordings-live: all tour $(BUILD)/tests/interop/trim_params
	@tests/interop/live $(K)
