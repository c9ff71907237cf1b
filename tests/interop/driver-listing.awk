# SPDX-License-Identifier: Apache-2.0
#
# Converts sysdig's or falco's listing of the actions to one line per parameter: event, number of the event among those of
# its type, parameter, value. Values that differ between two runs (process ids, kernel addresses, ports and inodes that the
# kernel chose, numbers of page faults) are replaced by a fixed word; context switches and page faults are left out.
function value(text)
{
	gsub(/[0-9]+\((actions|actions-link|timeout|bash)\)/, "PID", text)
	gsub(/(ffff|FFFF)[0-9a-fA-F]*/, "POINTER", text)
	if (text ~ /\//) gsub(/\/proc\/[0-9]+/, "/proc/PID", text)
	return text
}
function line(name, text)
{
	if (name ~ /^(ino|pgft_maj|pgft_min|vm_size|vm_rss|vm_swap|exe_ino_ctime|exe_ino_mtime|exe_ino|loginuid|pidns_init_start_ts)$/) text = "N"
	if (name ~ /^(source|peer)$/) text = "POINTER"
	if (event ~ /^(clone3?|v?fork)$/ && name == "res" && text + 0 > 0) text = "PID"
	if (name ~ /^(tuple|fd|addr|fdname)$/) {
		gsub(/[0-9a-f]+->[0-9a-f]+ /, "POINTERS ", text)
		gsub(/127.0.0.1:(3[2-9]|4[1-9]|[56][0-9])[0-9][0-9][0-9]/, "127.0.0.1:PORT", text)
		gsub(/0.0.0.0:(3[2-9]|4[1-9]|[56][0-9])[0-9][0-9][0-9]/, "0.0.0.0:PORT", text)
	}
	print event, n[event], name, value(text)
}
$1 == "switch" || $1 == "page_fault" { next }
{
	# a child and its parent return from the call in any order
	event = $1 ($2 == ">" ? "_enter" : "") ($1 ~ /^(clone3?|v?fork)$/ && $4 == "res=0" ? "_child" : "")
	n[event]++
	print event, n[event], "-", "-"
	rest = $0
	sub(/^[^ ]+ [<>] [^ ]+ ?/, "", rest)
	name = ""
	while (match(rest, /(^| )[a-z_0-9]+=/)) {
		if (name != "") line(name, substr(rest, 1, RSTART - 1))
		name = substr(rest, RSTART, RLENGTH - 1)
		sub(/^ /, "", name)
		rest = substr(rest, RSTART + RLENGTH)
	}
	if (name != "") line(name, rest)
}
