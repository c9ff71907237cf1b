/* SPDX-License-Identifier: Apache-2.0 */
/* Creating and sharing struct image (state/thread.h); for state/ only. */
#ifndef STATE_IMAGE_H
#define STATE_IMAGE_H

#include "state/thread.h"

/* Content of an image.  Strings are borrowed; in args and env each item is followed by a NUL. */
struct image_info {
	struct str comm, exe, exepath, args, env;
	uint32_t exe_flags;
	uint64_t exe_ino, exe_ctime, exe_mtime; /* times in ns since the epoch */
};

/*
 * An image with this content, with a reference for the caller: base if its content is equal, else a
 * new one that shares the equal strings of base.  base may be NULL.  NULL: out of memory.
 */
struct image *image_get(struct image *base, const struct image_info *info);
/* Releases a reference; NULL is allowed. */
void image_unref(struct image *i);

/* Takes another reference. */
static inline struct image *image_ref(struct image *i)
{
	i->refs++;
	return i;
}

/* The content of an image; strings are borrowed from it. */
static inline struct image_info image_info_of(const struct image *i)
{
	return (struct image_info){
		.comm = i->comm,
		.exe = i->exe,
		.exepath = i->exepath,
		.args = i->args,
		.env = i->env,
		.exe_flags = i->exe_flags,
		.exe_ino = i->exe_ino,
		.exe_ctime = i->exe_ctime,
		.exe_mtime = i->exe_mtime,
	};
}

#endif
