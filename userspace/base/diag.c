// SPDX-License-Identifier: Apache-2.0
/* Diagnostics: errors and warnings about rules files. */
#include "base/diag.h"

#include <stdlib.h>

enum { SNIPPET_WIDTH = 160 };

/* The line around offset, cut to SNIPPET_WIDTH bytes, and a caret below the column. */
static struct str snippet_make(struct arena *a, struct str text, size_t offset)
{
	size_t start, end, from, to;
	struct buf b = { 0 };
	struct str s;

	if (offset > text.n)
		offset = text.n;
	for (start = offset; start > 0 && text.p[start - 1] != '\n'; start--)
		;
	for (end = offset; end < text.n && text.p[end] != '\n' && text.p[end] != '\r'; end++)
		;
	from = start;
	if (offset - start > SNIPPET_WIDTH / 2 && end - start > SNIPPET_WIDTH)
		from = offset - SNIPPET_WIDTH / 2;
	to = end - from > SNIPPET_WIDTH ? from + SNIPPET_WIDTH : end;
	buf_add(&b, text.p + from, to - from);
	buf_char(&b, '\n');
	/* A tab stays a tab, so that the caret is below its column for every tab width. */
	for (size_t i = from; i < offset; i++)
		buf_char(&b, text.p[i] == '\t' ? '\t' : ' ');
	buf_char(&b, '^');
	s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

static void push(struct diags *d, struct diag *g)
{
	if (d->n == d->cap) {
		unsigned cap = d->cap ? d->cap * 2 : 8;
		struct diag **v = arena_array(&d->arena, struct diag *, cap);

		if (d->n)
			memcpy(v, d->v, sizeof(*v) * d->n);
		d->v = v;
		d->cap = cap;
	}
	d->v[d->n++] = g;
	d->n_errors += g->error;
}

struct diag *diag_add(struct diags *d, bool error, struct diag_kind kind, const struct diag_at *at,
		      unsigned n_at, struct str source, struct str message)
{
	struct diag *g = arena_new(&d->arena, struct diag);

	g->error = error;
	g->kind = kind;
	g->message = arena_str(&d->arena, message);
	g->at = arena_array(&d->arena, struct diag_at, n_at);
	g->n_at = n_at;
	for (unsigned i = 0; i < n_at; i++) {
		g->at[i] = at[i];
		g->at[i].name = arena_str(&d->arena, at[i].name);
		g->at[i].file = arena_str(&d->arena, at[i].file);
	}
	if (source.p && n_at)
		g->snippet = snippet_make(&d->arena, source, at[n_at - 1].offset);
	push(d, g);
	return g;
}

void diag_line(struct buf *out, const struct diag *g)
{
	if (g->n_at) {
		const struct diag_at *at = &g->at[g->n_at - 1];

		buf_printf(out, "%.*s:%u:%u: ", STR_ARGS(at->file), at->line + 1, at->column + 1);
	}
	buf_printf(out, "%.*s", STR_ARGS(g->message));
}

/* Outermost first. */
static void put_locations(struct buf *out, const struct diag *g)
{
	for (unsigned i = 0; i < g->n_at; i++) {
		const struct diag_at *at = &g->at[i];

		buf_printf(out, "%s%s", i ? "    " : "In ", at->what);
		if (at->name.n)
			buf_printf(out, " '%.*s'", STR_ARGS(at->name));
		buf_printf(out, ": (%.*s:%u:%u)\n", STR_ARGS(at->file), at->line, at->column);
	}
}

void diag_text(struct buf *out, const struct diag *g)
{
	put_locations(out, g);
	if (g->snippet.n)
		buf_printf(out, "------\n%.*s\n------\n", STR_ARGS(g->snippet));
	buf_printf(out, "%s (%s): %.*s\n", g->kind.code, g->kind.text, STR_ARGS(g->message));
}

static void put_location_json(struct json *j, const struct diag_at *at)
{
	json_object(j);
	json_add_str(j, "item_name", at->name);
	json_add_text(j, "item_type", at->what);
	json_add_object(j, "position");
	json_add_uint(j, "column", at->column);
	json_add_uint(j, "line", at->line);
	json_add_str(j, "name", at->file);
	json_add_uint(j, "offset", at->offset);
	json_end(j);
	json_end(j);
}

void diag_json(struct json *j, const struct diag *g)
{
	json_object(j);
	json_add_text(j, "code", g->kind.code);
	json_add_text(j, "codedesc", g->kind.text);
	json_add_object(j, "context");
	json_add_array(j, "locations");
	for (unsigned i = 0; i < g->n_at; i++)
		put_location_json(j, &g->at[i]);
	json_end(j);
	json_add_str(j, "snippet", g->snippet);
	json_end(j);
	if (g->field.n)
		json_add_str(j, "deprecated_field", g->field);
	json_add_str(j, "message", g->message);
	json_end(j);
}

void diags_free(struct diags *d)
{
	arena_free(&d->arena);
	*d = (struct diags){ 0 };
}
