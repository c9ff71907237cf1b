# SPDX-License-Identifier: Apache-2.0
# The kernel tests: one program, statically linked so that it runs in any guest.

KMOD_CFLAGS = -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-nonnull -Wno-override-init -Wno-clobbered -MMD -MP -Ikmod -Itests/kmod -I$(BUILD)/kselftest

$(BUILD)/tests/kmod/%.o: tests/kmod/%.c | $(BUILD)/kselftest/kselftest_harness.h
	@mkdir -p $(@D)
	$(CC) $(KMOD_CFLAGS) -c -o $@ $<

$(BUILD)/tests/kmod-tests: $(addprefix $(BUILD)/tests/kmod/,main.o driver.o coverage.o)
	$(CC) -static -o $@ $^ -lpthread
