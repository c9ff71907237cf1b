# SPDX-License-Identifier: Apache-2.0
# What it costs.

.PHONY: bench-evaluator
bench-evaluator: $(BUILD)/falco
	@packaging/setup/deps bench
	@tests/bench/evaluator
