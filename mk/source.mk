# SPDX-License-Identifier: Apache-2.0
# The capture reader under libFuzzer: make fuzz-capture [FUZZ_SECONDS=n] [CAPTURES=dir with seeds]

CLANG        ?= clang
FUZZ_SECONDS ?= 60
CAPTURES     ?= ../shared/data/captures
FUZZ_SRCS    := $(addprefix userspace/source/,block.c convert.c lists.c replay.c) userspace/event/decode.c \
	userspace/event/schema.c $(addprefix userspace/base/,buf.c json.c memory.c)

$(BUILD)/fuzz/capture: tests/fuzz/capture.c tests/unit/seeds.h $(FUZZ_SRCS)
	@mkdir -p $(@D)
	$(CLANG) -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -Iuserspace -Ikmod -o $@ \
		$(filter %.c,$^) -lz

.PHONY: fuzz-capture
fuzz-capture: $(BUILD)/fuzz/capture
	@mkdir -p $(BUILD)/fuzz/corpus
	for f in $(CAPTURES)/*.scap; do gzip -cdf "$$f" | head -c 65536 >$(BUILD)/fuzz/corpus/"$${f##*/}"; done
	$< -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -rss_limit_mb=1024 $(BUILD)/fuzz/corpus

# System calls the headers do not know become -1.
$(BUILD)/gen/nr_missing.h: kmod/schema/syscalls.def
	@mkdir -p $(@D)
	sed -n 's/^SYSCALL([0-9]*, \([a-z0-9_]*\),.*/#ifndef __NR_\1\n#define __NR_\1 -1\n#endif/p' $< >$@

$(BUILD)/userspace/source/numbers.o: $(BUILD)/gen/nr_missing.h
$(BUILD)/userspace/source/numbers.o: override EXTRA_CFLAGS += -I$(BUILD)/gen

# What a reader gets of a flood, in a guest: make bench-reader [K=6.1]
$(BUILD)/tests/bench/reader: $(BUILD)/tests/bench/reader.o $(LIB)
	$(CC) $(LDFLAGS) $(EXTRA_CFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: bench-reader
bench-reader: $(BUILD)/tests/bench/reader
	tests/vm/run -k $(or $(K),6.1) -m build -c 2 -- build/tests/bench/reader
