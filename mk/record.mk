# SPDX-License-Identifier: Apache-2.0
# Recordings: what rules ask for is what happened; other programs read it as we do.

.PHONY: recordings interop
recordings: $(BUILD)/falco
	@tests/replay/recordings

interop: $(BUILD)/falco
	@tests/interop/run
