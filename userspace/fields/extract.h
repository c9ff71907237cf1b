/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Private to fields/: variants and prototypes of the extractors of fields.def, and helpers that
 * they share.
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

/* An extractor (see field_get in field.h).  Declared once per row that uses it. */
#define GETTER(name)                                                  \
	unsigned name(struct extract *x, const struct field_ref *ref, \
		      struct value out[FIELD_VALUES_MAX])

#define CLASS(...)
#define FIELD(class, name, type, flags, dep, get, variant, text) GETTER(get);
#include "fields/fields.def"
#undef FIELD
#undef CLASS

#define UNUSED_GETTER_ARGS (void)x, (void)ref, (void)out

static inline unsigned set_text(struct value *out, struct str s)
{
	out->str = s;
	return s.p != NULL;
}

static inline unsigned set_s64(struct value *out, int64_t s)
{
	out->s = s;
	return 1;
}

static inline unsigned set_u64(struct value *out, uint64_t u)
{
	out->u = u;
	return 1;
}

static inline unsigned set_bool(struct value *out, bool b)
{
	out->b = b;
	return 1;
}

/* A part of a time in ns: NS_ALL, NS_SECONDS (in s), NS_REST (the ns within the second). */
static inline uint64_t ns_part(uint64_t ns, int64_t part)
{
	return part == NS_SECONDS ? ns / NSEC_PER_SEC : part == NS_REST ? ns % NSEC_PER_SEC : ns;
}

/* ---- shared between the files of this folder ---- */

/* Strings that each end in NUL, joined by blanks, in scratch; empty for none. */
struct str strv_join(struct extract *x, struct str strv);
/* Remove and return the first string of such a list; STR_NONE at its end. */
struct str strv_next(struct str *rest);
/* Value of a variable in NAME=value strings, without outer blanks; empty if it is not set. */
struct str env_value(struct str env, struct str name);
/* Text of an image, borrowed from it.  what: PROC_NAME, PROC_EXE, ... */
struct str image_text(const struct image *image, int64_t what);
/*
 * Whether fd.* fields have values: the event creates, uses or closes a descriptor, and its thread
 * is known.
 */
bool fd_exists(const struct extract *x);
/*
 * fd.name: from the descriptor table, else from the event's parameters; empty, not absent, without
 * a name.
 */
struct str fd_name_text(struct extract *x);
/* fd.directory for this fd.name; STR_NONE for descriptors that are not files. */
struct str fd_directory_text(struct extract *x);
/* First 12 characters of the container's id, empty on the host; borrowed from the thread. */
struct str container_id_text(const struct thread *t);
/*
 * path made absolute, in scratch. dirfd: index of the parameter it is relative to, -1 for the
 * working directory. unknown: text in place of a directory that is not in the descriptor table.
 */
struct str dirfd_path(struct extract *x, int dirfd, struct str path, const char *unknown);

#endif
