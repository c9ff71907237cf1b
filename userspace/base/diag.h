/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics: errors and warnings about rules files.  Each has its location (from the file to the innermost item), a
 * message, and the source line.  Printed as text or JSON.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

/* One level of a location.  Positions count from 0, as in JSON output. */
struct diag_at {
	const char *what; /* "rule", "condition expression", ... */
	struct str name;  /* of the item, may be empty */
	struct str file;
	uint32_t line, column, offset;
};

/* A code, such as LOAD_ERR_VALIDATE, and its short text. */
struct diag_kind {
	const char *code, *text;
};

struct diag {
	bool error; /* or a warning */
	struct diag_kind kind;
	struct str message;
	struct diag_at *at;
	unsigned n_at;
	struct str snippet; /* the source line and a caret below; empty when there is none */
	struct str field;   /* deprecated field a warning is about, else STR_NONE */
};

/* All text is copied into the arena. */
struct diags {
	struct arena arena;
	struct diag **v;
	unsigned n, cap, n_errors;
};

/* source: the text that the innermost location is in, for the snippet; STR_NONE for no snippet.  d owns the result. */
struct diag *diag_add(struct diags *d, bool error, struct diag_kind kind, const struct diag_at *at,
		      unsigned n_at, struct str source, struct str message);
/* "file:line:column: message" for the one-line form, counting from 1 as editors do. */
void diag_line(struct buf *out, const struct diag *g);
/* The block with "In item: (file:line:col)", the source line and a caret. */
void diag_text(struct buf *out, const struct diag *g);
void diag_json(struct json *j, const struct diag *g);
void diags_free(struct diags *d);

#endif
