# SPDX-License-Identifier: Apache-2.0
# Programs for arm64: targets of this Makefile again, into build/arm64, with a cross compiler and the libraries of an
# arm64 machine (tests/vm/foreign).

ARM64 := $(BUILD)/arm64

# $(call arm64_make,TARGET...): below $(ARM64).  Not optimised as a whole: that takes the other compiler's own ar.
arm64_make = @packaging/setup/deps build guest test arm64 && top=$$(tests/vm/foreign arm64) && \
	PKG_CONFIG_SYSROOT_DIR=$$top PKG_CONFIG_LIBDIR=$$top/usr/lib/aarch64-linux-gnu/pkgconfig \
	$(MAKE) --no-print-directory BUILD=$(ARM64) LTO= AR=aarch64-linux-gnu-ar CC="aarch64-linux-gnu-gcc --sysroot=$$top" $1

.PHONY: arm64 arm64-tests
arm64:
	$(call arm64_make,all)

arm64-tests:
	$(call arm64_make,$(ARM64)/tests/kmod-tests)

# What every run of the tests boots; make test-vm K=6.1-arm64 is all of it. What the architecture decides is in here:
# registers and tables of calls, births and images, user memory, 32-bit programs, the ring's barriers.
ARM64_TESTS ?= by_arm32 clone clone3 execve execveat procexit signaldeliver openat openat2 read writev pread sendto recvmsg \
	connect accept4 mmap ptrace prctl generic setresuid getresuid bpf ring ioctl hotplug snaplen

.PHONY: kernel-arm64
kernel-arm64:
	@$(MAKE) --no-print-directory test-vm K=6.1-arm64 T="$(ARM64_TESTS)"
