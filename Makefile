# SPDX-License-Identifier: Apache-2.0
# Everything starts here; each part's own targets live in mk/*.mk.

CC      ?= cc
comma   := ,
BUILD   ?= build
CFLAGS  ?= -O3 -g
# The evaluator is optimised as a whole; its objects serve quick links (tests) too.  Not under sanitizers.
LTO     := $(if $(EXTRA_CFLAGS),,-flto=auto)
WARN    := -Wall -Wextra -Wvla -Wmissing-prototypes -Wstrict-prototypes -Wno-override-init
# Hardening (checked by tests/hardening); sanitizers and fuzzers go without.  IBT is not announced by the linked program:
# the C library's start files of Debian 12 have no landing pads.
MACHINE := $(shell $(CC) -dumpmachine 2>/dev/null)
HARDEN  := $(if $(EXTRA_CFLAGS),,-fPIE -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 \
	$(if $(filter x86_64-%,$(MACHINE)),-fcf-protection) $(if $(filter aarch64-%,$(MACHINE)),-mbranch-protection=standard))
HARDEN_LINK := $(if $(EXTRA_CFLAGS),,$(HARDEN) -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,text \
	$(if $(filter x86_64-%,$(MACHINE)),-Wl$(comma)-z$(comma)shstk))
PKGS    := yaml-0.1 libcap zlib libpcre2-8
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE $(CFLAGS) $(if $(LTO),$(LTO) -ffat-lto-objects) $(HARDEN) $(WARN) -MMD -MP -Iuserspace -Ikmod $(shell pkg-config --cflags $(PKGS) 2>/dev/null) $(EXTRA_CFLAGS)
LDLIBS  = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lpthread

SRCS := $(filter-out userspace/main.c,$(wildcard userspace/*/*.c))
OBJS := $(SRCS:%.c=$(BUILD)/%.o)
LIB  := $(BUILD)/libevaluator.a

.PHONY: all
all: $(BUILD)/falco $(BUILD)/falco-driver-loader

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(LIB): $(OBJS)
	rm -f $@ && $(if $(LTO),gcc-ar,$(AR)) rcs $@ $^

$(BUILD)/falco: $(BUILD)/userspace/main.o $(LIB)
	$(CC) $(CFLAGS) $(LTO) $(HARDEN_LINK) $(LDFLAGS) $(EXTRA_CFLAGS) -o $@ $^ $(LDLIBS)

LOADER_SRCS := $(wildcard loader/*.c)
$(BUILD)/falco-driver-loader: $(LOADER_SRCS:%.c=$(BUILD)/%.o)
	$(CC) $(HARDEN_LINK) $(LDFLAGS) $(EXTRA_CFLAGS) -o $@ $^ $(LDLIBS)

# One unit test is one program: tests/unit/NAME.c -> build/tests/unit/NAME.  make unit T=NAME runs one.
# No link-time optimisation there: forty links, each of which would optimise the whole library again.
UNIT := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIB)
	$(CC) -fno-lto $(LDFLAGS) $(EXTRA_CFLAGS) -o $@ $^ $(LDLIBS)

.PHONY: unit clean
unit: $(addprefix $(BUILD)/tests/unit/,$(or $(T),$(UNIT)))
	@tests/run-unit $^

clean:
	rm -rf $(BUILD)

-include $(wildcard mk/*.mk)
-include $(shell find $(BUILD) \( -path $(BUILD)/vm -o -path $(BUILD)/ci-root \) -prune -o -type f -name '*.d' -print 2>/dev/null)

# Objects of tests are kept: the next run links only.
.SECONDARY:
