# SPDX-License-Identifier: Apache-2.0
#
# Converts falco's alerts (JSON) to one line per field: rule, number of the alert among those of its rule, field, value.
# Values that differ between two runs are replaced by a fixed word.
function value(name, text)
{
	if (name ~ /^(time|evt\.time.*|output|message|hostname|evt\.hostname)$/) return "-"
	if (name ~ /(^|\.)(pid|ppid|tid|vpid|ino|exe_ino)$/) return "N"
	gsub(/\/tmp\/tour\.[A-Za-z0-9]+/, "/tmp/tour", text)
	if (name ~ /(^|\.)lport$/) return "PORT"
	gsub(/(pid|tid|pgid)=[0-9]+\([^)]*\)/, "PID", text)
	gsub(/(ino|pid|tid|pgid|pgft_maj|pgft_min|vm_rss)=[0-9]+/, "N", text)
	gsub(/(ctime|mtime)=[0-9: .-]*/, "T ", text)
	gsub(/10\.0\.2\.15:[0-9]+/, "10.0.2.15:PORT", text)
	return text
}
{
	rule = $0
	sub(/.*,"rule":"/, "", rule)
	sub(/".*/, "", rule)
	gsub(/ /, "_", rule)
	n[rule]++
	print rule, n[rule], "-", "-"
	fields = $0
	sub(/.*"output_fields":\{/, "", fields)
	sub(/\}.*/, "", fields)
	count = split(fields, field, /,"/)
	for (i = 1; i <= count; i++) {
		at = index(field[i], "\":")
		name = substr(field[i], 1, at - 1)
		gsub(/"/, "", name)
		print rule, n[rule], name, value(name, substr(field[i], at + 2))
	}
}
