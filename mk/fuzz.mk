# SPDX-License-Identifier: Apache-2.0
# Hostile text for the front of the evaluator, under ASan and UBSan.
#   make mutate		the same mutations every time, any compiler; part of make test
#   make fuzz		libFuzzer (clang), FUZZ_SECONDS for each target
# corpus/ is written by hand; found/ is what long runs found, the few that cover most.

FUZZ_TEXT     := yaml condition rules template
FUZZ_SECONDS  ?= 60
MUTATE_ROUNDS ?= 300
SANITIZE      := -O1 -fno-omit-frame-pointer -fno-sanitize-recover=undefined

# The whole library once more, per sanitizer.
$(BUILD)/asan/libevaluator.a: $(SRCS) FORCE
	+@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/asan EXTRA_CFLAGS="$(SANITIZE) -fsanitize=address,undefined" $@
$(BUILD)/fuzzer/libevaluator.a: $(SRCS) FORCE
	+@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/fuzzer CC=$(CLANG) \
		EXTRA_CFLAGS="$(SANITIZE) -fsanitize=fuzzer-no-link,address,undefined" $@

.PHONY: FORCE
FORCE:

$(BUILD)/asan/%.mutate: tests/fuzz/%.c tests/fuzz/mutate.c $(BUILD)/asan/libevaluator.a
	$(CC) -std=gnu11 -D_GNU_SOURCE -g $(SANITIZE) -fsanitize=address,undefined -Iuserspace -Ikmod -o $@ $^ $(LDLIBS)
$(BUILD)/fuzzer/%.fuzz: tests/fuzz/%.c $(BUILD)/fuzzer/libevaluator.a
	$(CLANG) -std=gnu11 -D_GNU_SOURCE -g $(SANITIZE) -fsanitize=fuzzer,address,undefined -Iuserspace -Ikmod -o $@ $^ $(LDLIBS)

.PHONY: mutate fuzz
mutate: $(FUZZ_TEXT:%=$(BUILD)/asan/%.mutate)
	@passed=0 failed=0; for t in $(FUZZ_TEXT); do \
		if $(BUILD)/asan/$$t.mutate $(MUTATE_ROUNDS) tests/fuzz/corpus/$$t/* && \
			$(BUILD)/asan/$$t.mutate 5 tests/fuzz/found/$$t/*; then \
			passed=$$((passed + 1)); \
		else \
			echo "not ok $$t"; failed=$$((failed + 1)); \
		fi; \
	done; echo "$$passed passed, $$failed failed, 0 skipped"; [ $$failed -eq 0 ]

fuzz: $(FUZZ_TEXT:%=$(BUILD)/fuzzer/%.fuzz)
	@for t in $(FUZZ_TEXT); do \
		mkdir -p $(BUILD)/fuzzer/corpus/$$t && \
		$(BUILD)/fuzzer/$$t.fuzz -max_total_time=$(FUZZ_SECONDS) -max_len=8192 -timeout=20 -rss_limit_mb=1500 \
			-artifact_prefix=$(BUILD)/fuzzer/$$t- $(BUILD)/fuzzer/corpus/$$t tests/fuzz/corpus/$$t tests/fuzz/found/$$t || exit 1; \
	done
