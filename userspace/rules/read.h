/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML → items.
 *
 * In: a parsed file.  Out: items in a collection, or the first complaint.
 */
#ifndef RULES_READ_H
#define RULES_READ_H

#include "base/diag.h"
#include "rules/item.h"
#include "rules/loader.h"

enum load_code {
#define CODE(name, text) name,
#include "rules/codes.def"
#undef CODE
	LOAD_CODES
};

struct diag_kind load_kind(enum load_code code);

/* Where a reader stands, from the file inwards: what a complaint shows. */
enum { READER_DEPTH = 12 };

struct reader {
	struct arena *arena; /* the loader's */
	const struct rules_options *options;
	struct collection *c;
	const struct source_file *file;
	struct diags *diags;
	struct diag_at at[READER_DEPTH];
	unsigned depth;
	unsigned item;		/* position in its document */
	VEC(struct str) schema; /* what a schema would refuse, in the diags' arena */
};

bool read_file(struct reader *r);

/* ---- for override.c and exception.c ---- */

void read_enter(struct reader *r, const char *what, struct str name, const struct tree_node *n);
void read_leave(struct reader *r);
/* Always false, so that callers can return it. */
bool read_fail(struct reader *r, enum load_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void read_warn(struct reader *r, enum load_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Says what a schema for rules files would; key may be NULL. */
void read_schema(struct reader *r, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A complaint, with the name it may have been meant for; false. */
bool read_missing(struct reader *r, const char *kind, struct str name, const char *purpose,
		  const struct map *names);
struct place read_place(const struct reader *r, const struct tree_node *n);

/* A key's value: missing, null or of another kind is a complaint. */
bool read_text(struct reader *r, const struct tree_node *item, const char *key,
	       const struct tree_node **out);
bool read_list(struct reader *r, const struct tree_node *item, const char *key,
	       const struct tree_node **out);
/* Absent is fine and leaves *out alone. */
bool read_bool(struct reader *r, const struct tree_node *item, const char *key, bool *out);
bool read_scalars(struct reader *r, const struct tree_node *list, struct str **out, unsigned *n);

bool read_rule(struct reader *r, const struct tree_node *n); /* override.c */
bool read_override(struct reader *r, const struct tree_node *n, const char *key, bool *append,
		   bool *replace);

/* The exceptions of a rule item, new ones and additions to those of base.  exception.c */
bool exception_read(struct reader *r, const struct tree_node *list, bool append,
		    struct rule_item *rule);
/* cond with "and not (...)" for every exception. */
struct text exception_fold(struct arena *a, const struct rule_item *rule);

#endif
