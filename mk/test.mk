# SPDX-License-Identifier: Apache-2.0
# make test: everything. make check unit: the quick half.

# What runs, in this order; each part prints how many passed, failed and were skipped.
TEST_PARTS ?= check unit mutate loader replay

.PHONY: test check
test:
	@packaging/setup/deps test
	@tests/all $(TEST_PARTS)

check:
	@tests/check

.PHONY: replay
replay: $(BUILD)/falco
	@tests/replay/run
