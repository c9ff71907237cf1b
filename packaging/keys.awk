# SPDX-License-Identifier: Apache-2.0
#
# usage: awk -f packaging/keys.awk userspace/config/options.def
#
# The section of falco(8) about the keys of the configuration, from the rows of options.def: each key with its default,
# its words or range, and its help.  tests/check compares it with the page; packaging/keys.awk -v page=packaging/falco.8
# prints the page with the section replaced.

# "a, "b, c", d" -> fields[1..n], commas inside of quotes kept
function split_row(row, fields,    n, i, c, quoted) {
	n = 1
	fields[1] = ""
	for (i = 1; i <= length(row); i++) {
		c = substr(row, i, 1)
		if (c == "\"")
			quoted = !quoted
		if (c == "," && !quoted) {
			fields[++n] = ""
			while (substr(row, i + 1, 1) == " ")
				i++
			continue
		}
		fields[n] = fields[n] c
	}
	return n
}

function unquoted(s) {
	gsub(/^"|"$/, "", s)
	return s
}

function range(low, high) {
	sub(/UINT32_MAX/, "4294967295", high)
	sub(/INT32_MAX/, "2147483647", high)
	sub(/1e9/, "1000000000", high)
	return "from " low " to " high
}

/^(BOOL|INT|REAL|TEXT|WORD|LIST|TREE|MESSAGE)\(.*\)$/ {
	type = $0
	sub(/\(.*/, "", type)
	row = substr($0, length(type) + 2, length($0) - length(type) - 2)
	n = split_row(row, f)
	value = type == "LIST" || type == "TREE" ? "" : unquoted(f[3])
	text = text ".It Cm " f[1] (value == "" ? "" : " No (" value ")") "\n" unquoted(f[n]) "\n"
	if (type == "WORD")
		text = text "One of " unquoted(f[5]) ".\n"
	if (type == "INT" || type == "REAL")
		text = text "A number " range(f[4], f[5]) ".\n"
	if (f[n - 1] == "RESTART")
		text = text "Takes a restart.\n"
}

END {
	text = ".Ss Configuration\n" \
		"The keys of the configuration, with their defaults in parentheses.\n" \
		".Bl -tag -width Ds\n" text ".El\n"
	if (!page) {
		printf "%s", text
		exit
	}
	while ((getline line < page) > 0) {
		if (line == ".Ss Configuration") {
			printf "%s", text
			skip = 1
		} else if (line ~ /^\.S[hs] /) {
			skip = 0
		}
		if (!skip)
			print line
	}
}
