# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# libraries PROGRAM...: paths of the shared libraries and the dynamic loader that the programs need. With SYSROOT the programs
# are below it and of another architecture, so that ldd cannot run their loader.
libraries() {
	[ $# != 0 ] || return 0
	[ -z "${SYSROOT:-}" ] || { foreign_libraries "$@"; return; }
	{ ldd "$@" 2>/dev/null || :; } | sed -nE 's/^\t([^ ]+ => )?(\/[^ ]+) \(0x[0-9a-f]+\)$/\2/p' | sort -u
}

foreign_libraries() {
	local -A seen=()
	local open=("$@") needed name path
	while [ ${#open[@]} != 0 ]; do
		needed=$(readelf -dl "${open[@]}" 2>/dev/null |
			sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p; s/.*interpreter: (.*)\]/\1/p' | sort -u)
		open=()
		for name in $needed; do
			[ -z "${seen[$name]:-}" ] || continue
			seen[$name]=1
			for path in "$SYSROOT"/usr/lib/*-linux-gnu/"$name" "$SYSROOT$name"; do
				[ -f "$path" ] || continue
				echo "${path#"$SYSROOT"}"
				open+=("$path")
			done
		done
	done | sort -u
}
