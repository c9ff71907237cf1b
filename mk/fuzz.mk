# SPDX-License-Identifier: Apache-2.0
# Hostile input, under ASan and UBSan.
#   make mutate		YAML, rules, conditions, templates: the same mutations every time, any compiler; part of make test
#   make fuzz		the same under libFuzzer (clang), FUZZ_SECONDS for each target; new inputs every time, unless FUZZ_SEED is given
#   make fuzz-capture	captures: small ones with every event, and heads of those in CAPTURES
#   make fuzz-decode	records, through the decoder and the state
#   make fuzz-merge	the smallest set of inputs with the same coverage
# corpus/ is written by hand; found/ has the inputs of long runs that cover most.

CLANG         ?= clang
FUZZ_TEXT     := yaml condition rules template
FUZZ_SECONDS  ?= 60
FUZZ_SEED     ?= 0
# Addresses influence the inputs: with a seed, address space randomization is off as well.
FUZZ_UNDER     = $(if $(FUZZ_SEED:0=),$(shell setarch -R true 2>/dev/null && echo setarch -R))
MUTATE_ROUNDS ?= 300
CAPTURES      ?= tests/data/captures $(or $(FALCO_DATA),../shared/data)/captures
SANITIZE      := -O1 -fno-omit-frame-pointer -fno-sanitize-recover=undefined

# The longest input; bytes of memory, in millions, that count as too much.
FUZZ_LIMITS         := -max_len=8192 -rss_limit_mb=1500
FUZZ_LIMITS_capture := -max_len=16384 -rss_limit_mb=1024

# The library, built with each sanitizer.
$(BUILD)/asan/libevaluator.a: $(SRCS) FORCE
	+@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/asan EXTRA_CFLAGS="$(SANITIZE) -fsanitize=address,undefined" $@
$(BUILD)/fuzzer/libevaluator.a: $(SRCS) FORCE
	+@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/fuzzer CC="$(CLANG)" \
		EXTRA_CFLAGS="$(SANITIZE) -fsanitize=fuzzer-no-link,address,undefined" $@

.PHONY: FORCE
FORCE:

$(BUILD)/asan/%.mutate: tests/fuzz/%.c tests/fuzz/mutate.c $(BUILD)/asan/libevaluator.a
	$(CC) -std=gnu11 -D_GNU_SOURCE -g $(SANITIZE) -fsanitize=address,undefined -Iuserspace -Ikmod -o $@ $^ $(LDLIBS)
$(BUILD)/fuzzer/%.fuzz: tests/fuzz/%.c $(BUILD)/fuzzer/libevaluator.a
	$(CLANG) -std=gnu11 -D_GNU_SOURCE -g $(SANITIZE) -fsanitize=fuzzer,address,undefined -Iuserspace -Ikmod -o $@ $^ $(LDLIBS)

.PHONY: mutate fuzz fuzz-capture fuzz-decode fuzz-merge
mutate: $(FUZZ_TEXT:%=$(BUILD)/asan/%.mutate)
	@passed=0 failed=0; for t in $(FUZZ_TEXT); do \
		if $(BUILD)/asan/$$t.mutate $(MUTATE_ROUNDS) tests/fuzz/corpus/$$t/* && \
			$(BUILD)/asan/$$t.mutate 5 tests/fuzz/found/$$t/*; then \
			passed=$$((passed + 1)); \
		else \
			echo "not ok $$t"; failed=$$((failed + 1)); \
		fi; \
	done; echo "$$passed passed, $$failed failed, 0 skipped"; [ $$failed -eq 0 ]

# What is new goes to the first directory, build/fuzzer/corpus.
fuzz_run = mkdir -p $(BUILD)/fuzzer/corpus/$1 && \
	$(FUZZ_UNDER) $(BUILD)/fuzzer/$1.fuzz -max_total_time=$(FUZZ_SECONDS) -seed=$(FUZZ_SEED) -reload=0 $(or $(FUZZ_LIMITS_$1),$(FUZZ_LIMITS)) -timeout=20 \
		-artifact_prefix=$(BUILD)/fuzzer/$1- $(BUILD)/fuzzer/corpus/$1 $(wildcard tests/fuzz/corpus/$1 tests/fuzz/found/$1)

fuzz: $(FUZZ_TEXT:%=$(BUILD)/fuzzer/%.fuzz)
	@$(foreach t,$(FUZZ_TEXT),$(call fuzz_run,$t) &&) :

fuzz-decode: $(BUILD)/fuzzer/decode.fuzz
	@$(call fuzz_run,decode)

fuzz-capture: $(BUILD)/fuzzer/capture.fuzz $(BUILD)/tests/bench/churn
	@mkdir -p $(BUILD)/fuzzer/corpus/capture $(BUILD)/fuzzer/seeds
	@$(BUILD)/tests/bench/churn seeds $(BUILD)/fuzzer/seeds
	@for f in $(BUILD)/fuzzer/seeds/* $(wildcard $(CAPTURES:%=%/*.scap*)); do \
		gzip -cdf "$$f" | head -c 16384 >$(BUILD)/fuzzer/corpus/capture/"$${f##*/}"; \
	done
	@$(call fuzz_run,capture)

# The least of found/ and what runs left that covers as much, into build/fuzzer/merged: make fuzz-merge T=capture.  Inputs
# are cut off behind FUZZ_KEEP bytes, as they are for the tree.
FUZZ_KEEP ?= 6000
fuzz-merge: $(BUILD)/fuzzer/$(T).fuzz
	@rm -rf $(BUILD)/fuzzer/merged/$(T) && mkdir -p $(BUILD)/fuzzer/merged/$(T)
	$< -set_cover_merge=1 -max_len=$(FUZZ_KEEP) -rss_limit_mb=1500 $(BUILD)/fuzzer/merged/$(T) $(wildcard tests/fuzz/found/$(T)) \
		$(BUILD)/fuzzer/corpus/$(T)
