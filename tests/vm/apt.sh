# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Downloads and unpacks packages of any Debian suite without installing them, from the mirror that apt of this machine uses.
# The package lists of each suite are in the cache; those of the machine are not changed. A suite is SUITE or
# SUITE:ARCHITECTURE.

APT_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# apt_mirror LABEL: the URI of the mirror with this label ("Debian", "Debian-Security") in the sources of this machine
apt_mirror() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Label: $1" | head -n 1
}

# apt_top SUITE: the directory of its lists and configuration
apt_top() {
	local suite=${1%:amd64}
	echo "$VM_CACHE/apt/${suite/:/-}"
}

apt_uri() {
	local uri
	case ${1%:*} in
	*-security)
		uri=$(apt_mirror Debian-Security)
		[ -n "$uri" ] || uri=$(apt_mirror Debian | sed 's,/debian/*$,/debian-security/,')
		;;
	*) uri=$(apt_mirror Debian) ;;
	esac
	[ -n "$uri" ] || die "apt of this machine has no Debian mirror; run apt-get update, or see /etc/apt/sources.list"
	echo "$uri"
}

# apt_in SUITE COMMAND...: runs apt as if this machine were of that suite with nothing installed
apt_in() {
	local top
	top=$(apt_top "$1")
	shift
	APT_CONFIG=$top/apt.conf "$@"
}

# apt_suite_new TOP SUITE: makes its configuration, without Check-Valid-Until: packages are signed, and used in guests only
apt_suite_new() {
	local top=$1 suite=${2%:*} arch=amd64 uri
	case $2 in *:*) arch=${2#*:} ;; esac
	[ -e "$APT_KEYRING" ] || die "$APT_KEYRING is missing; install debian-archive-keyring"
	uri=$(apt_uri "$suite")
	mkdir -p "$top/lists/partial" "$top/archives/partial" "$top/parts"
	: >"$top/status"
	echo "deb [signed-by=$APT_KEYRING] $uri $suite main" >"$top/sources.list"
	cat >"$top/apt.conf" <<-END
		Dir::State "$top";
		Dir::State::Lists "$top/lists";
		Dir::State::status "$top/status";
		Dir::Cache "$top";
		Dir::Etc::sourcelist "$top/sources.list";
		Dir::Etc::sourceparts "$top/parts";
		Dir::Etc::preferences "$top/preferences";
		Dir::Etc::preferencesparts "$top/parts";
		Dir::Etc::trustedparts "$top/parts";
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Sandbox::User "root";
		Acquire::Languages "none";
		Acquire::Check-Valid-Until "false";
	END
}

# apt_suite SUITE: downloads its lists, unless they are less than a day old
apt_suite() {
	local top
	top=$(apt_top "$1")
	[ -z "$(find "$top/updated" -mmin -1440 2>/dev/null)" ] || return 0
	locked "apt-${top##*/}" apt_suite_update "$top" "$1"
}

apt_suite_update() {
	[ -e "$1/apt.conf" ] || apt_suite_new "$1" "$2"
	say "reading the package lists of $2"
	APT_CONFIG=$1/apt.conf apt-get -q=2 update >&2 || die "cannot read the package lists of $2; is the mirror reachable?"
	touch "$1/updated"
}

# apt_download SUITE DIR PACKAGE...: apt checks signatures. If a package is not on the mirror, the lists are downloaded again.
apt_download() {
	local suite=$1 dir=$2
	shift 2
	say "downloading $*"
	(cd "$dir" && apt_in "$suite" apt-get -q=2 download "$@" >&2) && return
	say "the download failed; reading the package lists of $suite again"
	rm -f "$(apt_top "$suite")/updated"
	apt_suite "$suite"
	(cd "$dir" && apt_in "$suite" apt-get -q=2 download "$@" >&2)
}

# apt_unpack SUITE DIR PACKAGE...: downloads packages and unpacks them into DIR
apt_unpack() {
	local suite=$1 dir=$2 tmp deb
	shift 2
	tmp=$(mktemp -d "$(apt_top "$suite")/get.XXXXXX")
	apt_download "$suite" "$tmp" "$@" ||
		{ rm -rf "$tmp"; die "cannot download $* from $suite; the mirror may have a newer version: tests/vm/fetch -u KEY"; }
	for deb in "$tmp"/*.deb; do
		dpkg-deb -x "$deb" "$dir"
	done
	rm -rf "$tmp"
}
