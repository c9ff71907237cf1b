/* SPDX-License-Identifier: Apache-2.0 */
/* Joins paths lexically. */
#include "state/path.h"

#include "base/pair.h"

struct joined {
	char *out;
	size_t n, root; /* root: length of the prefix that ".." cannot remove */
	bool too_long;
};

static void joined_pop(struct joined *j)
{
	while (j->n > j->root && j->out[j->n - 1] != '/')
		j->n--;
	if (j->n > j->root)
		j->n--;
}

static void joined_push(struct joined *j, struct str part)
{
	bool slash = j->n > j->root || (j->n == 0 && j->root == 0);

	if (j->n + slash + part.n > PATH_LIMIT) {
		j->too_long = true;
		return;
	}
	if (slash)
		j->out[j->n++] = '/';
	memcpy(j->out + j->n, part.p, part.n);
	j->n += part.n;
}

/* out never ends in a slash while components are added: "/a/b" is "" + "/a" + "/b". */
static void joined_add(struct joined *j, struct str path)
{
	while (path.n) {
		const char *slash = memchr(path.p, '/', path.n);
		struct str part = { path.p, slash ? (size_t)(slash - path.p) : path.n };

		path = str_skip(path, part.n + (slash ? 1 : 0));
		if (part.n == 0 || (part.n == 1 && part.p[0] == '.'))
			continue;
		if (part.n == 2 && part.p[0] == '.' && part.p[1] == '.')
			joined_pop(j);
		else
			joined_push(j, part);
	}
}

/*
 * Fast path: most paths are absolute and have nothing to resolve.  May be false for a clean path
 * with a component such as ".x", which the slow path does not change.
 */
static bool is_clean(struct str path)
{
	return path.p[0] == '/' && path.n <= PATH_LIMIT && path.p[path.n - 1] != '/' &&
	       !has_dot_or_slash_after_slash(path);
}

struct str path_join(char out[PATH_LIMIT], struct str base, struct str path)
{
	struct joined j = { .out = out };

	if (path.n == 0)
		return (struct str){ out, 0 };
	if (is_clean(path))
		return path;
	if (path.p[0] != '/' && base.n && base.p[0] != '/') {
		if (base.n > PATH_LIMIT)
			return STR_LIT("/DIR_TOO_LONG/FILENAME_TOO_LONG");
		memcpy(out, base.p, base.n);
		j.n = j.root = base.n;
	} else if (path.p[0] != '/') {
		joined_add(&j, base);
	}
	joined_add(&j, path);
	if (j.too_long)
		return STR_LIT("/DIR_TOO_LONG/FILENAME_TOO_LONG");
	if (j.n == 0)
		out[j.n++] = '/';
	return (struct str){ out, j.n };
}
