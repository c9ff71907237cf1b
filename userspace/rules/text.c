// SPDX-License-Identifier: Apache-2.0
/* Text with the position in a file of each byte. */
#include "rules/text.h"

#include "base/utf8.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Position in the raw text of a scalar, in parallel to its value. */
struct walk {
	struct str raw;
	size_t at;
	char quote; /* '"', '\'' or 0 */
};

/* Skips anchor, tag, opening quote, and the header line of a block. */
static void find_start(struct walk *w, const struct tree_node *n)
{
	while (w->at < w->raw.n && (w->raw.p[w->at] == '&' || w->raw.p[w->at] == '!')) {
		while (w->at < w->raw.n && !is_space(w->raw.p[w->at]))
			w->at++;
		while (w->at < w->raw.n && is_space(w->raw.p[w->at]))
			w->at++;
	}
	if (n->block) {
		while (w->at < w->raw.n && w->raw.p[w->at] != '\n')
			w->at++;
	} else if (n->quoted && w->at < w->raw.n) {
		w->quote = w->raw.p[w->at++];
	}
}

/* Length of an escape in a double-quoted scalar. */
static size_t escape_len(char c)
{
	return c == 'x' ? 4 : c == 'u' ? 6 : c == 'U' ? 10 : 2;
}

/*
 * Length in the raw text of the next character of the value; *is_escape: it is written as an
 * escape.
 */
static size_t raw_len(const struct walk *w, bool *is_escape)
{
	char c = w->raw.p[w->at], next = w->at + 1 < w->raw.n ? w->raw.p[w->at + 1] : 0;

	*is_escape = true;
	if (w->quote == '"' && c == '\\')
		return escape_len(next);
	if (w->quote == '\'' && c == '\'')
		return 2;
	*is_escape = false;
	return 1;
}

/* Folding, indentation and escaped line ends: raw bytes that are not in the value. */
static void skip_layout(struct walk *w)
{
	while (w->at < w->raw.n) {
		bool joined = w->quote == '"' && w->raw.p[w->at] == '\\' && w->at + 1 < w->raw.n &&
			      (w->raw.p[w->at + 1] == '\n' || w->raw.p[w->at + 1] == '\r');

		if (!joined && !is_space(w->raw.p[w->at]))
			return;
		w->at += 1 + joined;
	}
}

/* Number of bytes of the value from i on that are equal in the raw text. */
static size_t same_len(const struct walk *w, struct str value, size_t i)
{
	char special = w->quote == '"' ? '\\' : w->quote;
	size_t left = w->at < w->raw.n ? w->raw.n - w->at : 0, n = 0;
	const char *raw = w->raw.p + w->at, *v = value.p + i;

	if (left > value.n - i)
		left = value.n - i;
	while (n < left && raw[n] == v[n] && (!special || raw[n] != special))
		n++;
	return n;
}

/* Appends a piece, unless it continues the last one. */
static void add_piece(struct text_builder *b, struct text_piece piece)
{
	const struct text_piece *last = b->pieces.n ? &b->pieces.v[b->pieces.n - 1] : NULL;

	if (last && last->file == piece.file && !last->fixed && !piece.fixed &&
	    (uint32_t)piece.offset - last->offset == piece.at - last->at)
		return;
	vec_push(&b->pieces, piece);
}

/* Appends bytes that are in the file, unescaped, from place on. */
static void put_written(struct text_builder *b, struct str s, struct place place)
{
	add_piece(b, (struct text_piece){ .at = (uint32_t)b->buf.n,
					  .offset = place.offset & INT32_MAX,
					  .file = place.file });
	buf_str(&b->buf, s);
}

struct text text_of_scalar(struct arena *a, const struct source_file *file,
			   const struct tree_node *n)
{
	struct walk w = { .raw = { file->content.p, n->end }, .at = n->offset };
	struct text_builder b = { 0 };
	bool is_escape;
	size_t len;

	find_start(&w, n);
	for (size_t i = 0; i < n->text.n; i += len) {
		const char *c = &n->text.p[i];
		size_t start;

		len = same_len(&w, n->text, i);
		if (len) {
			put_written(&b, (struct str){ c, len },
				    (struct place){ file, (uint32_t)w.at });
			w.at += len;
			continue;
		}
		len = 1;
		if (!is_space(*c))
			skip_layout(&w);
		start = w.at < w.raw.n ? w.at : n->end;
		if (w.at < w.raw.n &&
		    (!is_space(*c) || is_space(w.raw.p[w.at]) || w.raw.p[w.at] == '\\')) {
			w.at += raw_len(&w, &is_escape);
			if (is_escape && (len = utf8_len(n->text, i)) == 0)
				len = 1;
		}
		put_written(&b, (struct str){ c, len }, (struct place){ file, (uint32_t)start });
	}
	return text_done(&b, a);
}

/* Index of the piece with byte `at`; 0 if it is before all of them. */
static unsigned piece_at(const struct text *t, uint32_t at)
{
	unsigned low = 0, high = t->n;

	while (high - low > 1) {
		unsigned mid = low + (high - low) / 2;

		if (t->v[mid].at <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

void text_copy(struct text_builder *b, const struct text *t, size_t from, size_t to)
{
	uint32_t base = (uint32_t)b->buf.n;

	if (from >= to)
		return;
	for (unsigned i = t->n ? piece_at(t, (uint32_t)from) : 0; i < t->n && t->v[i].at < to; i++) {
		struct text_piece piece = t->v[i];
		uint32_t skip = from > piece.at ? (uint32_t)from - piece.at : 0;

		if (!piece.fixed)
			piece.offset += skip;
		piece.at = base + piece.at + skip - (uint32_t)from;
		add_piece(b, piece);
	}
	buf_add(&b->buf, t->s.p + from, to - from);
}

void text_put(struct text_builder *b, struct str s, struct place place)
{
	if (!s.n)
		return;
	add_piece(b, (struct text_piece){ .at = (uint32_t)b->buf.n,
					  .offset = place.offset & INT32_MAX,
					  .fixed = true,
					  .file = place.file });
	buf_str(&b->buf, s);
}

struct text text_done(struct text_builder *b, struct arena *a)
{
	struct text t = { .s = arena_str(a, buf_view(&b->buf)), .n = b->pieces.n };

	t.v = arena_array(a, struct text_piece, t.n);
	if (t.n)
		memcpy(t.v, b->pieces.v, sizeof(*t.v) * t.n);
	text_drop(b);
	return t;
}

struct text text_now(const struct text_builder *b)
{
	return (struct text){ buf_view(&b->buf), b->pieces.v, b->pieces.n };
}

void text_clear(struct text_builder *b)
{
	buf_clear(&b->buf);
	b->pieces.n = 0;
}

void text_drop(struct text_builder *b)
{
	buf_free(&b->buf);
	vec_free(&b->pieces);
}

struct text text_join(struct arena *a, const struct text *first, const struct text *second)
{
	struct text_builder b = { 0 };

	text_copy(&b, first, 0, first->s.n);
	buf_char(&b.buf, ' ');
	text_copy(&b, second, 0, second->s.n);
	return text_done(&b, a);
}

struct place text_place(const struct text *t, uint32_t at)
{
	const struct text_piece *piece;
	struct place place;

	if (!t->n)
		return (struct place){ 0 };
	piece = &t->v[piece_at(t, at)];
	place = (struct place){ piece->file, piece->offset };
	if (!piece->fixed && at > piece->at)
		place.offset += at - piece->at;
	if (place.file && place.offset > place.file->content.n)
		place.offset = (uint32_t)place.file->content.n;
	return place;
}
