# SPDX-License-Identifier: Apache-2.0
# The suites again with the compiler watching every access.
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

# A program in which any request for memory can be refused, those of the libraries too.
REFUSABLE := malloc calloc realloc reallocarray strdup free
$(BUILD)/tests/unit/memory: LDFLAGS += $(REFUSABLE:%=-Wl$(comma)--wrap=%)
$(BUILD)/tests/unit/memory: LDLIBS := -l:libyaml.a -l:libpcre2-8.a $(filter-out -lyaml -lpcre2-8,$(LDLIBS))
