# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Downloads kernel modules of other projects from the distribution, for comparison. Source it after lib.sh and apt.sh.

OTHERS=$VM_CACHE/interop
OTHERS_SUITE=sid

# unpacks Debian's falcosecurity-scap-dkms into $OTHERS/scap; call it as: locked interop get_scap
get_scap() {
	[ ! -e "$OTHERS/scap/.done" ] || return 0
	apt_suite $OTHERS_SUITE
	rm -rf "$OTHERS/scap"
	mkdir -p "$OTHERS/scap"
	apt_unpack $OTHERS_SUITE "$OTHERS/scap" falcosecurity-scap-dkms
	touch "$OTHERS/scap/.done"
}

# plain_headers FROM TO: copies a kernel's headers without the option that needs pahole (BTF type information of modules)
plain_headers() {
	local from link
	from=$(readlink -f "$1")
	rm -rf "$2"
	mkdir -p "$(dirname "$2")"
	cp -a "$from" "$2"
	find "$2" -type l | while read -r link; do
		ln -sfn "$(readlink -f "$from${link#"$2"}")" "$link"
	done
	sed -i '/^CONFIG_DEBUG_INFO_BTF_MODULES=/d' "$2/include/config/auto.conf"
}
