# SPDX-License-Identifier: Apache-2.0
# What it costs.

.PHONY: bench-evaluator
bench-evaluator: $(BUILD)/falco
	@packaging/setup/deps bench
	@tests/bench/evaluator

# What a second worker brings; best measured on a machine that does nothing else.
.PHONY: bench-workers
bench-workers: $(BUILD)/falco
	@packaging/setup/deps bench
	@tests/bench/workers
