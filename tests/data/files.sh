# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Where files for tests are: those recorded for this project in tests/data (README.md), upstream's in FALCO_DATA. To be
# sourced in the top directory of the tree.

FALCO_DATA=${FALCO_DATA:-../shared/data}
[ ! -d "$FALCO_DATA" ] || FALCO_DATA=$(cd "$FALCO_DATA" && pwd)
DATA_HERE=$PWD/tests/data

# data_file FILE...: the path of the first of these files ("answers/net.alerts.json") that there is
data_file() {
	local file
	for file; do
		[ ! -r "$DATA_HERE/$file" ] || { echo "$DATA_HERE/$file"; return 0; }
		[ ! -r "$FALCO_DATA/$file" ] || { echo "$FALCO_DATA/$file"; return 0; }
	done
	return 1
}

# capture_file NAME
capture_file() {
	data_file "captures/$1.scap.gz" "captures/$1.scap"
}

# upstream_rules: falco's options for the three rules files of the rules repository, one word a line; fails without them
upstream_rules() {
	local file
	for file in falco_rules falco-incubating_rules falco-sandbox_rules; do
		data_file "rules/$file.yaml" >/dev/null || return 1
		printf '%s\n' -r "$(data_file "rules/$file.yaml")"
	done
}

# shellcheck disable=SC2034
NO_DATA="upstream's captures and rules are not in $FALCO_DATA (FALCO_DATA)"
