# SPDX-License-Identifier: Apache-2.0
# The decoder and the state under libFuzzer: make fuzz-decode [FUZZ_SECONDS=n]

FUZZ_STATE_SRCS := tests/fuzz/decode.c $(addprefix userspace/event/,decode.c schema.c) $(wildcard userspace/state/*.c userspace/base/*.c)

$(BUILD)/fuzz/decode: $(FUZZ_STATE_SRCS)
	@mkdir -p $(@D)
	$(CLANG) -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -Wno-initializer-overrides \
		-Iuserspace -Ikmod -o $@ $^

.PHONY: fuzz-decode
fuzz-decode: $(BUILD)/fuzz/decode
	@mkdir -p $(BUILD)/fuzz/events
	$< -max_total_time=$(FUZZ_SECONDS) -max_len=8192 -rss_limit_mb=1024 $(BUILD)/fuzz/events tests/fuzz/found/decode
