/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics: errors and warnings about rules files.  Each has a location (a list of levels, from
 * the file to the innermost item), a message, and the source line.  They are printed as text or
 * JSON.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

/* One level of a location.  line and column count from 0, as in JSON output. */
struct diag_at {
	const char *what; /* "rule", "condition expression", ... */
	struct str name;  /* name of the item, may be empty */
	struct str file;
	uint32_t line, column, offset;
};

/* A code, such as LOAD_ERR_VALIDATE, and its short text. */
struct diag_kind {
	const char *code, *text;
};

struct diag {
	bool error; /* else it is a warning */
	struct diag_kind kind;
	struct str message;
	struct diag_at *at; /* outermost level first */
	unsigned n_at;
	struct str snippet; /* the source line, and a caret on the next line; empty: no source */
	struct str field;   /* the deprecated field that the warning is about, else STR_NONE */
};

/* A list of diagnostics.  All text is copied into the arena. */
struct diags {
	struct arena arena;
	struct diag **v;
	unsigned n, cap, n_errors;
};

/*
 * Adds a diagnostic, which d owns.  source: the text that the innermost level of the location
 * points into, for the snippet; STR_NONE: no snippet.
 */
struct diag *diag_add(struct diags *d, bool error, struct diag_kind kind, const struct diag_at *at,
		      unsigned n_at, struct str source, struct str message);
/*
 * Appends the one-line form, "file:line:column: message"; line and column count from 1, as in
 * editors.
 */
void diag_line(struct buf *out, const struct diag *g);
/*
 * Appends the multi-line form: "In item: (file:line:col)" for each level, the source line, the
 * message.
 */
void diag_text(struct buf *out, const struct diag *g);
void diag_json(struct json *j, const struct diag *g);
void diags_free(struct diags *d);

#endif
