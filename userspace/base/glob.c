// SPDX-License-Identifier: Apache-2.0
/* Shell patterns. */
#include "base/glob.h"

#include <ctype.h>

#include "base/macros.h"

bool glob_is_plain(struct str pattern)
{
	for (size_t i = 0; i < pattern.n; i++)
		if (strchr("*?[\\", pattern.p[i]) && pattern.p[i])
			return false;
	return true;
}

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool in_class(struct str name, unsigned char c, bool fold)
{
	static const struct {
		const char *name;
		int (*has)(int c);
	} classes[] = {
		{ "alnum", isalnum }, { "alpha", isalpha }, { "blank", isblank },
		{ "cntrl", iscntrl }, { "digit", isdigit }, { "graph", isgraph },
		{ "lower", islower }, { "print", isprint }, { "punct", ispunct },
		{ "space", isspace }, { "upper", isupper }, { "xdigit", isxdigit },
	};

	if (c >= 0x80)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++)
		if (str_is(name, classes[i].name))
			return classes[i].has(c) || (fold && isalpha(c) && classes[i].has(c ^ 32));
	return false;
}

/* One character of a bracket expression, quoted or not; moves *i after it. */
static unsigned char bracket_char(struct str p, size_t *i)
{
	if (p.p[*i] == '\\' && *i + 1 < p.n)
		++*i;
	return (unsigned char)p.p[(*i)++];
}

/* Whether "[:name:]" is at *i; if so, moves *i after it. */
static bool class_at(struct str p, size_t *i, struct str *name)
{
	size_t end = *i + 2;

	if (p.n - *i < 4 || p.p[*i] != '[' || p.p[*i + 1] != ':')
		return false;
	while (end < p.n && p.p[end] >= 'a' && p.p[end] <= 'z')
		end++;
	if (end + 1 >= p.n || p.p[end] != ':' || p.p[end + 1] != ']')
		return false;
	*name = (struct str){ p.p + *i + 2, end - *i - 2 };
	*i = end + 2;
	return true;
}

/*
 * The bracket expression that opens at *i.  1: it contains c, 0: it does not; *i is then after it.
 * -1: it has no closing ']', so that the '[' is literal.
 */
static int bracket(struct str p, size_t *i, unsigned char c, bool fold)
{
	size_t at = *i + 1, first;
	bool negate = at < p.n && (p.p[at] == '!' || p.p[at] == '^'), found = false;
	struct str name;

	at += negate;
	for (first = at; at < p.n;) {
		unsigned char low, high;

		if (p.p[at] == ']' && at > first) {
			*i = at + 1;
			return found != negate;
		}
		if (class_at(p, &at, &name)) {
			found |= in_class(name, c, fold);
			continue;
		}
		low = high = bracket_char(p, &at);
		if (at + 1 < p.n && p.p[at] == '-' && p.p[at + 1] != ']') {
			at++;
			high = bracket_char(p, &at);
		}
		found |= low <= c && c <= high;
		if (fold && isalpha(c) && c < 0x80)
			found |= low <= (c ^ 32) && (c ^ 32) <= high;
	}
	return -1;
}

/* Matches one pattern element with one character; moves *i after the element if they match. */
static bool step(struct str p, size_t *i, unsigned char c, bool fold)
{
	unsigned char want;
	size_t at = *i;
	int hit;

	if (p.p[at] == '?') {
		*i = at + 1;
		return true;
	}
	if (p.p[at] == '[' && (hit = bracket(p, &at, c, fold)) >= 0) {
		*i = at;
		return hit;
	}
	if (p.p[at] == '\\' && ++at == p.n)
		return false;
	want = (unsigned char)p.p[at];
	*i = at + 1;
	return want == c || (fold && lower(want) == lower(c));
}

/*
 * Backtracks to the last '*' only: if an earlier '*' matched more bytes, the rest of the pattern
 * would have to match a suffix of the text that the last '*' tries as well.
 */
bool glob_match(struct str pattern, struct str text, bool fold)
{
	size_t i = 0, t = 0, star = 0, star_t = 0;
	bool have_star = false;

	while (t < text.n) {
		size_t next = i;

		if (i < pattern.n && pattern.p[i] == '*') {
			have_star = true;
			star = ++i;
			star_t = t;
		} else if (i < pattern.n && step(pattern, &next, (unsigned char)text.p[t], fold)) {
			i = next;
			t++;
		} else if (have_star) {
			i = star;
			t = ++star_t;
		} else {
			return false;
		}
	}
	while (i < pattern.n && pattern.p[i] == '*')
		i++;
	return i == pattern.n;
}
