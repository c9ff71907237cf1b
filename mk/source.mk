# SPDX-License-Identifier: Apache-2.0

# System calls that the headers do not have become -1.
$(BUILD)/gen/nr_missing.h: kmod/schema/syscalls.def
	@mkdir -p $(@D)
	sed -n 's/^SYSCALL([0-9]*, \([a-z0-9_]*\),.*/#ifndef __NR_\1\n#define __NR_\1 -1\n#endif/p' $< >$@

$(BUILD)/userspace/source/syscall_numbers.o: $(BUILD)/gen/nr_missing.h
$(BUILD)/userspace/source/syscall_numbers.o: override EXTRA_CFLAGS += -I$(BUILD)/gen

# Events per second that a reader gets, in a guest: make bench-reader [K=6.1]
$(BUILD)/tests/bench/reader: $(BUILD)/tests/bench/reader.o $(LIB)
	$(CC) $(LDFLAGS) $(EXTRA_CFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: bench-reader
bench-reader: $(BUILD)/tests/bench/reader
	tests/vm/run -k $(or $(K),6.1) -m build -c 2 -- build/tests/bench/reader
