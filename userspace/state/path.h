/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as text: joined and cleaned lexically, the file system is never asked. */
#ifndef STATE_PATH_H
#define STATE_PATH_H

#include "base/str.h"

enum { PATH_LIMIT = 1024 };

/*
 * base + path with ".", ".." and doubled slashes resolved, in out, or path itself where there is nothing to do.  An absolute path ignores base; a base that starts
 * with '/' is a directory, any other (as "<UNKNOWN>") is put in front as it is.  An empty path gives an empty text; a
 * result over PATH_LIMIT bytes gives "/DIR_TOO_LONG/FILENAME_TOO_LONG".
 */
struct str path_join(char out[PATH_LIMIT], struct str base, struct str path);

/* Without the " (deleted)" that the kernel puts behind the path of a file that is gone. */
static inline struct str path_strip_deleted(struct str path)
{
	struct str mark = STR_LIT(" (deleted)");

	if (str_ends(path, mark))
		path.n -= mark.n;
	return path;
}

#endif
