# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# libraries PROGRAM...: paths of the shared libraries and the loader that they need
libraries() {
	[ $# != 0 ] || return 0
	{ ldd "$@" 2>/dev/null || :; } | sed -nE 's/^\t([^ ]+ => )?(\/[^ ]+) \(0x[0-9a-f]+\)$/\2/p' | sort -u
}
