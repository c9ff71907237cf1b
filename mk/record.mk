# SPDX-License-Identifier: Apache-2.0
# Recordings: what rules ask for is what happened; other programs read it as we do.

$(BUILD)/tests/interop/%: $(BUILD)/tests/interop/%.o $(LIB)
	$(CC) $(LDFLAGS) $(EXTRA_CFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: recordings interop recordings-live
recordings: $(BUILD)/falco
	@tests/replay/recordings

interop: $(BUILD)/falco $(BUILD)/tests/interop/older
	@tests/interop/run

# recordings made in guests
recordings-live: all tour $(BUILD)/tests/interop/older
	@tests/interop/live $(K)
