/* SPDX-License-Identifier: Apache-2.0 */
/* Lexical path operations; the file system is not consulted. */
#ifndef STATE_PATH_H
#define STATE_PATH_H

#include "base/str.h"

/* Longest path in bytes. */
enum { PATH_LIMIT = 1024 };

/*
 * Joins base and path, and resolves ".", ".." and repeated slashes.  The result is in out, or is
 * path if there is nothing to resolve.
 *
 * An absolute path ignores base.  A base that starts with '/' is a directory; any other, such as
 * "<UNKNOWN>", precedes the path unchanged.  An empty path gives an empty result; a result
 * longer than PATH_LIMIT gives "/DIR_TOO_LONG/FILENAME_TOO_LONG".
 */
struct str path_join(char out[PATH_LIMIT], struct str base, struct str path);

/* Without the suffix " (deleted)" that d_path() appends for unlinked files. */
static inline struct str path_strip_deleted(struct str path)
{
	struct str suffix = STR_LIT(" (deleted)");

	if (str_ends(path, suffix))
		path.n -= suffix.n;
	return path;
}

#endif
