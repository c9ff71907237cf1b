/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the extractors of fields.def share: their variants, their prototypes, and the ways to
 * answer.
 */
#ifndef FIELDS_EXTRACT_H
#define FIELDS_EXTRACT_H

#include "base/macros.h"
#include "fields/field.h"

enum { EVT_TIME, EVT_TIME_S, EVT_ISO8601, EVT_DATETIME, EVT_DATETIME_S };
enum { NS_ALL, NS_SECONDS, NS_REST };
enum { ERROR_ANY, ERROR_FILE, ERROR_NET, ERROR_MEMORY, ERROR_OTHER };
enum { BUFLEN_IN = 1, BUFLEN_OUT = 2, BUFLEN_FILE = 4, BUFLEN_NET = 8 };
enum { PROC_NAME, PROC_EXE, PROC_EXEPATH, PROC_CMDLINE };
enum { LEADS_SESSION, LEADS_VGROUP, LEADS_GROUP };
enum { THREAD_SIZE = 1, THREAD_RSS = 2, THREAD_BYTES = 4 };
enum { USER_NAME, USER_HOME, USER_SHELL, USER_LOGIN_NAME };
enum { END_CLIENT, END_SERVER, END_LOCAL, END_REMOTE };
enum { DEV_WHOLE, DEV_MAJOR, DEV_MINOR };
enum { FS_NAME = 1, FS_SOURCE = 2, FS_TARGET = 4, FS_RAW = 8 };
enum { FDLIST_NUMS, FDLIST_NAMES, FDLIST_CIPS, FDLIST_SIPS, FDLIST_CPORTS, FDLIST_SPORTS };
enum { HOST_EMPTY, HOST_HOST };

/* An extractor; several fields share one, hence the repeated declarations. */
#define GETTER(name)                                                  \
	unsigned name(struct extract *x, const struct field_ref *ref, \
		      struct value out[FIELD_VALUES_MAX])

#define CLASS(...)
#define FIELD(class, name, type, flags, dep, get, what, text) GETTER(get);
#include "fields/fields.def"
#undef FIELD
#undef CLASS

#define UNUSED_GETTER_ARGS (void)x, (void)ref, (void)out

static inline unsigned give_text(struct value *out, struct str s)
{
	out->str = s;
	return s.p != NULL;
}

static inline unsigned give_s64(struct value *out, int64_t s)
{
	out->s = s;
	return 1;
}

static inline unsigned give_u64(struct value *out, uint64_t u)
{
	out->u = u;
	return 1;
}

static inline unsigned give_bool(struct value *out, bool b)
{
	out->b = b;
	return 1;
}

/* The part of a time that a field shows: NS_ALL, NS_SECONDS, NS_REST. */
static inline uint64_t ns_part(uint64_t ns, int64_t part)
{
	return part == NS_SECONDS ? ns / NSEC_PER_SEC : part == NS_REST ? ns % NSEC_PER_SEC : ns;
}

/* ---- shared between the files of this folder ---- */

/* NUL-terminated strings back to back -> joined by a blank, in scratch; empty for none. */
struct str strv_join(struct extract *x, struct str strv);
/* The next string of such a list, STR_NONE at its end. */
struct str strv_next(struct str *rest);
/* Value of a variable in NAME=value strings, without outer blanks; empty when it is not set. */
struct str env_value(struct str env, struct str name);
/* Text of an image: PROC_NAME, ... */
struct str image_text(const struct image *image, int64_t what);
/*
 * True if the event acts upon, makes or closes a descriptor and its thread is known: fd.* exists.
 */
bool fd_exists(const struct extract *x);
/* fd.name: the known one, or rebuilt from the event. */
struct str fd_name_text(struct extract *x);
/* fd.directory of such a name. */
struct str fd_directory_text(struct extract *x);
/* 12 characters, or empty on the host. */
struct str container_id_text(const struct thread *t);
/*
 * Absolute path of relpath parameter i and the dirfd before it; unknown: what stands for a
 * descriptor nobody knows.
 */
struct str dirfd_path(struct extract *x, int dirfd, struct str path, const char *unknown);

#endif
