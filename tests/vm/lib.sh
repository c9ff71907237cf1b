# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Functions of the scripts in this directory: paths, messages, locks, the table of kernels.

VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
VM_TREE=$(cd "$VM_DIR/../.." && pwd)
VM_BUILD=${BUILD:-$VM_TREE/build}
case $VM_BUILD in /*) ;; *) VM_BUILD=$VM_TREE/$VM_BUILD ;; esac
VM_CACHE=${FALCO_VM_CACHE:-$VM_BUILD/vm/cache}
case $VM_CACHE in /*) ;; *) VM_CACHE=$PWD/$VM_CACHE ;; esac

say() { echo "vm: $*" >&2; }
die() { echo "vm: $*" >&2; exit 2; }

# locked NAME COMMAND...: runs it while holding the lock NAME of the cache
locked() {
	local lock=$VM_CACHE/.lock.$1 fd
	shift
	mkdir -p "$VM_CACHE"
	exec {fd}>"$lock"
	if ! flock -n $fd; then
		say "waiting for another process that fills the cache (${lock#*.lock.})"
		flock $fd
	fi
	"$@"
	exec {fd}>&-
}

# need PROGRAM...: exits unless all are installed
need() {
	local tool missing=
	for tool in "$@"; do
		command -v "$tool" >/dev/null || missing="$missing $tool"
	done
	[ -z "$missing" ] || die "not installed:$missing; run packaging/setup/deps build guest test arm64"
}

# kernel_row KEY|RELEASE: sets KEY SUITE FLAVOUR VERSION BUILD_IN from the tables, and ARCH
kernel_row() {
	local key suite flavour version build
	while read -r key suite flavour version build; do
		case $key in '' | '#'*) continue ;; esac
		if [ "$1" = "$key" ] || [[ $1 =~ ^$version(\.[0-9]+)?-$flavour$ ]]; then
			# shellcheck disable=SC2034,SC2001
			{
			KEY=$key SUITE=$suite FLAVOUR=$flavour VERSION=$version BUILD_IN=$build ARCH=${flavour##*-}
			[ "$1" = "$key" ] || VERSION=$(sed 's/[.+]/\\&/g' <<<"${1%-"$flavour"}")
			}
			return 0
		fi
	done < <(cat "$VM_DIR/kernels" "$VM_DIR/debug/kernels")
	die "no kernel '$1' in tests/vm/kernels; it has: $(kernel_keys | tr '\n' ' ')"
}

kernel_keys() {
	awk '!/^#/ && NF { print $1 }' "$VM_DIR/kernels"
}

# the keys of debug kernels, in one line, with a space before and after each
debug_keys() {
	awk 'BEGIN { printf " " } !/^#/ && NF { printf "%s ", $1 }' "$VM_DIR/debug/kernels"
}

# cross_prefix ARCH: the prefix of the names of its compiler and linker
cross_prefix() {
	case $1 in
	amd64) ;;
	arm64) echo aarch64-linux-gnu- ;;
	*) die "no compiler for $1" ;;
	esac
}
