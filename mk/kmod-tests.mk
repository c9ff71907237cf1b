# SPDX-License-Identifier: Apache-2.0
# The kernel tests: one program, statically linked so that it runs in any guest.

KMOD_CFLAGS = -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-nonnull -Wno-override-init -Wno-clobbered -MMD -MP -Ikmod -Itests/kmod -I$(BUILD)/kselftest -I$(BUILD)/tests/kmod

# -1 for the calls that this architecture does not have
$(BUILD)/tests/kmod/numbers.h: kmod/schema/syscalls.def
	@mkdir -p $(@D)
	sed -n -e '1i #include <sys/syscall.h>' -e 's/^SYSCALL([0-9]*, *\([a-z0-9_]*\).*/#ifndef __NR_\1\n#define __NR_\1 -1\n#endif/p' $< >$@

# the same for 32-bit callers: NR_IA32_name
$(BUILD)/tests/kmod/numbers32.h: kmod/schema/syscalls.def kmod/schema/twins.def
	@mkdir -p $(@D)
	{ echo '#include <asm/unistd_32.h>' | $(CC) -E -dM - 2>/dev/null | sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$$/#define NR_IA32_\1 \2/p'; \
	sed -n 's/^\(SYSCALL([0-9]*, *\|TWIN(\)\([a-z0-9_]*\),.*/#ifndef NR_IA32_\2\n#define NR_IA32_\2 -1\n#endif/p' $^; } >$@

$(BUILD)/tests/kmod/%.o: tests/kmod/%.c $(BUILD)/tests/kmod/numbers.h $(BUILD)/tests/kmod/numbers32.h | $(BUILD)/kselftest/kselftest_harness.h
	@mkdir -p $(@D)
	$(CC) $(KMOD_CFLAGS) -c -o $@ $<

# tests run in the order in which they are linked; those of main.c check what all others have recorded
KMOD_TESTS := $(patsubst tests/kmod/%.c,$(BUILD)/tests/kmod/%.o,$(filter-out %/main.c,$(wildcard tests/kmod/*.c)) tests/kmod/main.c)

$(BUILD)/tests/kmod-tests: $(KMOD_TESTS)
	$(CC) -static -o $@ $^ -lpthread
