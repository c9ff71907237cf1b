# SPDX-License-Identifier: Apache-2.0
# Static checks of the tree: make lint, or some of them: make lint L="shellcheck codespell".

$(BUILD)/kselftest/checkpatch.pl:
	@$(DEPS) test
	@tests/vm/kselftest >/dev/null

.PHONY: lint
lint: $(BUILD)/gen/nr_missing.h $(BUILD)/kselftest/checkpatch.pl
	@$(DEPS) build guest test lint
	@BUILD=$(BUILD) tests/lint $(L)
