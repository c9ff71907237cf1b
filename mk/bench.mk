# SPDX-License-Identifier: Apache-2.0
# What it costs.

.PHONY: bench-evaluator
bench-evaluator: $(BUILD)/falco
	@packaging/setup/deps bench
	@tests/bench/evaluator

# A million processes, a hundred thousand descriptors: memory, printed and held to a limit.
$(BUILD)/tests/bench/lives: $(BUILD)/tests/bench/lives.o $(LIB)
	$(CC) -fno-lto $(LDFLAGS) $(EXTRA_CFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: lives
lives: $(BUILD)/falco $(BUILD)/tests/bench/lives
	@tests/bench/lives
