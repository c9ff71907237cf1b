/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the YAML of a rules file into items.
 *
 * In: a parsed file.  Out: items in a collection, or the first error.
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

/* Code and text of a diagnostic. */
struct diag_kind load_kind(enum load_code code);

/* Largest depth of the location of a diagnostic. */
enum { READER_DEPTH = 12 };

struct reader {
	struct arena *arena; /* the loader's */
	const struct rules_options *options;
	struct collection *c;
	const struct source_file *file;
	struct diags *diags;
	struct diag_at at[READER_DEPTH];
	unsigned depth;
	unsigned item;		/* position of the current item in its document */
	VEC(struct str) schema; /* violations of the schema, in the arena of diags */
};

/* Reads all items of r->file into r->c.  False at the first error, which is in r->diags. */
bool read_file(struct reader *r);

/* ---- for override.c and exception.c ---- */

/*
 * Add a level to the location of diagnostics, and remove it.  After an error levels need not be
 * removed.
 */
void read_enter(struct reader *r, const char *what, struct str name, const struct tree_node *n);
void read_leave(struct reader *r);
/* Adds an error; returns false, so that callers can return it. */
bool read_fail(struct reader *r, enum load_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Adds a warning. */
void read_warn(struct reader *r, enum load_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Adds a violation of the schema of rules files; key may be NULL. */
void read_schema(struct reader *r, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Adds the error that a name does not exist, with the most similar one of names; returns false. */
bool read_missing(struct reader *r, const char *kind, struct str name, const char *purpose,
		  const struct map *names);
/* The position of a node. */
struct place read_place(const struct reader *r, const struct tree_node *n);

/*
 * The value of a required key, a non-empty text or a list; false with an error if it is absent,
 * null or another kind.
 */
bool read_text(struct reader *r, const struct tree_node *item, const char *key,
	       const struct tree_node **out);
bool read_list(struct reader *r, const struct tree_node *item, const char *key,
	       const struct tree_node **out);
/* An optional key; *out is unchanged without it. */
bool read_bool(struct reader *r, const struct tree_node *item, const char *key, bool *out);
/* The texts of a list, in the arena; false with an error if an element is no scalar. */
bool read_scalars(struct reader *r, const struct tree_node *list, struct str **out, unsigned *n);

/* override.c: reads a rule definition, an append or an override. */
bool read_rule(struct reader *r, const struct tree_node *n);
/* Reads `override` and `append` of a list or macro, for its only key that can be overridden. */
bool read_override(struct reader *r, const struct tree_node *n, const char *key, bool *append,
		   bool *replace);

/* exception.c: reads exceptions into the rule; append: adds to those that it has. */
bool exception_read(struct reader *r, const struct tree_node *list, bool append,
		    struct rule_item *rule);
/* exception.c: the condition of the rule with "and not (...)" for each exception, in the arena. */
struct text exception_fold(struct arena *a, const struct rule_item *rule);

#endif
