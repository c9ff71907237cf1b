// SPDX-License-Identifier: Apache-2.0
/* Comparison of path prefixes by component. */
#include "filter/pmatch.h"

#include "base/glob.h"

/*
 * Removes the next component from *s; false at the end.  Repeated and trailing slashes are ignored.
 */
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

bool path_has_prefix(struct str path, struct str prefix)
{
	struct str want, have;

	while (next_component(&prefix, &want))
		if (!next_component(&path, &have) || !glob_match(want, have, false))
			return false;
	return true;
}
