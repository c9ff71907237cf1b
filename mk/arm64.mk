# SPDX-License-Identifier: Apache-2.0
# Programs for arm64: targets of this Makefile again, into build/arm64, with a cross compiler and the libraries of an
# arm64 machine (tests/vm/foreign).

ARM64 := $(BUILD)/arm64

# $(call arm64_make,TARGET...): below $(ARM64).  Without LTO, which needs the ar of the cross compiler.
arm64_make = @packaging/setup/deps build guest test arm64 && top=$$(tests/vm/foreign arm64) && \
	PKG_CONFIG_SYSROOT_DIR=$$top PKG_CONFIG_LIBDIR=$$top/usr/lib/aarch64-linux-gnu/pkgconfig \
	$(MAKE) --no-print-directory BUILD=$(ARM64) LTO= AR=aarch64-linux-gnu-ar CC="aarch64-linux-gnu-gcc --sysroot=$$top" $1

.PHONY: arm64 arm64-tests
arm64:
	$(call arm64_make,all)

arm64-tests:
	$(call arm64_make,$(ARM64)/tests/kmod-tests)
