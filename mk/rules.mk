# SPDX-License-Identifier: Apache-2.0
# The tests written beside the rules, and the tests of the command line.

.PHONY: rules-test
rules-test: $(BUILD)/falco
	@$(BUILD)/falco rules test --cover rules/*_test.yaml

.PHONY: cli
cli: $(BUILD)/falco
	@tests/cli/run
