# SPDX-License-Identifier: Apache-2.0
# Test suites under the sanitizers.
#   make sanitize		AddressSanitizer with leaks, UndefinedBehaviorSanitizer, then ThreadSanitizer: everything
#   make sanitize-short		the part of it that fits into make test
#   make sanitize-asan SUITES="unit replay"	some of it

SUITES ?= unit cli rules-test replay recordings loader

.PHONY: sanitize sanitize-short sanitize-asan sanitize-tsan
sanitize:
	@tests/sanitize asan $(SUITES) -- tsan $(SUITES)

sanitize-short:
	@tests/sanitize asan unit=memory,hostile,bytecode,rules_load,golden_rules,proc cli replay=short -- \
		tsan unit=dns replay=short

sanitize-asan sanitize-tsan: sanitize-%:
	@tests/sanitize $* $(SUITES)

# Every allocation of this program can be made to fail, those of libraries as well.
REFUSABLE := malloc calloc realloc reallocarray strdup free
$(BUILD)/tests/unit/memory: LDFLAGS += $(REFUSABLE:%=-Wl$(comma)--wrap=%)
$(BUILD)/tests/unit/memory: LDLIBS := -l:libyaml.a -l:libpcre2-8.a $(filter-out -lyaml -lpcre2-8,$(LDLIBS))
