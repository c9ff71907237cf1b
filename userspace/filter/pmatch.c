// SPDX-License-Identifier: Apache-2.0
/* Path prefixes, component by component. */
#include "filter/pmatch.h"

#include <fnmatch.h>

/* Cuts the next component off *s; false at the end.  Repeated and trailing slashes separate nothing. */
static bool next_component(struct str *s, struct str *out)
{
	const char *slash;

	while (s->n && s->p[0] == '/')
		*s = str_skip(*s, 1);
	if (!s->n)
		return false;
	slash = memchr(s->p, '/', s->n);
	*out = (struct str){ s->p, slash ? (size_t)(slash - s->p) : s->n };
	*s = str_skip(*s, out->n);
	return true;
}

static bool component_matches(struct str pattern, struct str name)
{
	char p[256], n[256];

	if (!pattern.n || !(memchr(pattern.p, '*', pattern.n) || memchr(pattern.p, '?', pattern.n) ||
			    memchr(pattern.p, '[', pattern.n) || memchr(pattern.p, '\\', pattern.n)))
		return str_eq(pattern, name);
	if (pattern.n >= sizeof(p) || name.n >= sizeof(n))
		return false;
	memcpy(p, pattern.p, pattern.n);
	p[pattern.n] = 0;
	memcpy(n, name.p, name.n);
	n[name.n] = 0;
	return fnmatch(p, n, 0) == 0;
}

bool path_has_prefix(struct str path, struct str prefix)
{
	struct str want, have;

	while (next_component(&prefix, &want))
		if (!next_component(&path, &have) || !component_matches(want, have))
			return false;
	return true;
}
