# SPDX-License-Identifier: Apache-2.0
# Benchmarks of the evaluator.

.PHONY: bench-evaluator
bench-evaluator: $(BUILD)/falco
	@packaging/setup/deps bench
	@tests/bench/evaluator

# Peak memory with a million processes and with a hundred thousand descriptors; part of make test.
$(BUILD)/tests/bench/churn: $(BUILD)/tests/bench/churn.o $(LIB)
	$(CC) -fno-lto $(LDFLAGS) $(EXTRA_CFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: churn
churn: $(BUILD)/falco $(BUILD)/tests/bench/churn
	@tests/bench/churn
