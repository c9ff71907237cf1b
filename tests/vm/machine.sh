# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The emulated machine of each architecture. All have four serial ports, connected to the character devices "console",
# "output", "status" and "files" of run; the first is the console of the kernel, the others are ttyS1 to ttyS3.

# machine ARCH: sets MACHINE, the emulator with its first arguments, and MACHINE_APPEND, arguments for the kernel
machine() {
	case $1 in
	amd64)
		MACHINE=(qemu-system-x86_64 -machine pc)
		MACHINE+=(-cpu "${FALCO_VM_CPU:-Nehalem,+smep,+smap,+fsgsbase,+rdtscp,+rdrand,+xsave,+erms}")
		MACHINE+=(-serial chardev:console -serial chardev:output -serial chardev:status -serial chardev:files)
		MACHINE_APPEND="console=ttyS0 no_timer_check syscall.x32=y"
		;;
	arm64)
		# a server's processor with PAN (privileged access never) and 32-bit programs
		MACHINE=(qemu-system-aarch64 -machine virt -cpu "${FALCO_VM_CPU_ARM64:-neoverse-n1}" -serial chardev:console)
		MACHINE+=(-chardev null,id=none)
		MACHINE+=(-device pci-serial-4x,chardev1=none,chardev2=output,chardev3=status,chardev4=files)
		# shellcheck disable=SC2034
		MACHINE_APPEND=console=ttyAMA0
		;;
	*) die "no machine for $1" ;;
	esac
}
