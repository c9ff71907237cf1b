// SPDX-License-Identifier: Apache-2.0
/*
 * Lists in conditions: text substitution, before conditions are parsed.
 *
 * quirk: rules files depend on its details, which are Falco's.  A name inside a quoted string is
 * replaced like any other; lists are replaced in the order of their definition, so that names of
 * earlier lists in items of a later one stay.
 */
#include "rules/resolve.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Bytes that delimit the name of a list. */
static const bool delimiters[256] = {
	[' '] = true, ['\t'] = true, ['\n'] = true, ['\r'] = true,
	['('] = true, [')'] = true,  [','] = true,  ['='] = true,
};

static bool is_delimiter(char c)
{
	return delimiters[(unsigned char)c];
}

static bool has_delimiter(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (is_delimiter(name.p[i]))
			return true;
	return !name.n;
}

/* The list that an item of `in` names; NULL if it is none or not visible. */
static const struct list_item *referenced_list(const struct collection *c, struct str item,
					       const struct list_item *in)
{
	int at = collection_find(&c->list_names, item);

	return at >= 0 && c->lists.v[at]->index < in->visibility ? c->lists.v[at] : NULL;
}

bool lists_expand(struct lists *l, struct arena *a, const struct collection *c,
		  const struct list_item **too_long)
{
	*l = (struct lists){ .arena = a, .c = c, .v = arena_array(a, struct list_text, c->lists.n) };
	for (unsigned i = 0; i < c->lists.n; i++) {
		const struct list_item *item = c->lists.v[i], *inner;
		VEC(struct str) items = { 0 };

		for (unsigned k = 0; k < item->n_items && items.n <= RESOLVE_MAX_ITEMS; k++) {
			inner = referenced_list(c, item->items[k], item);
			if (!inner)
				vec_push(&items, item->items[k]);
			else
				l->v[collection_find(&c->list_names, inner->name)].used = true;
			for (unsigned m = 0;
			     inner && m < inner->n_items && items.n <= RESOLVE_MAX_ITEMS; m++)
				vec_push(&items, inner->items[m]);
		}
		l->special_names |= has_delimiter(item->name);
		l->v[i].item = item;
		l->v[i].n_items = items.n;
		l->v[i].items = arena_array(a, struct str, items.n);
		if (items.n)
			memcpy(l->v[i].items, items.v, sizeof(*items.v) * items.n);
		vec_free(&items);
		if (l->v[i].n_items > RESOLVE_MAX_ITEMS) {
			*too_long = item;
			return false;
		}
	}
	return true;
}

/* The items separated by ", ".  Items with blanks are quoted, unless they begin with a quote. */
static struct str joined(struct lists *l, struct list_text *t)
{
	struct buf b = { 0 };

	if (t->joined.p)
		return t->joined;
	for (unsigned i = 0; i < t->n_items; i++) {
		struct str s = t->items[i];
		bool quote = s.n && memchr(s.p, ' ', s.n) && s.p[0] != '"' && s.p[0] != '\'';

		buf_cstr(&b, i ? ", " : "");
		buf_cstr(&b, quote ? "\"" : "");
		buf_str(&b, s);
		buf_cstr(&b, quote ? "\"" : "");
	}
	t->joined = arena_str(l->arena, buf_view(&b));
	buf_free(&b);
	return t->joined;
}

/* The first position >= from where name is a word of its own; false if there is none. */
static bool find_use(struct str s, struct str name, size_t from, size_t *at)
{
	while (name.n && from + name.n <= s.n) {
		const char *hit = memmem(s.p + from, s.n - from, name.p, name.n);
		size_t end;

		if (!hit)
			return false;
		*at = (size_t)(hit - s.p);
		end = *at + name.n;
		if ((*at == 0 || is_delimiter(s.p[*at - 1])) &&
		    (end == s.n || is_delimiter(s.p[end])))
			return true;
		from = *at + 1;
	}
	return false;
}

/* The first list after position `last` that the text names; -1 if there is none. */
static int next_list(const struct lists *l, struct str s, int last)
{
	int best = -1;
	size_t at;

	for (size_t i = 0, end; i < s.n; i = end + 1) {
		for (end = i; end < s.n && !is_delimiter(s.p[end]); end++)
			;
		if (end > i) {
			int k = collection_find(&l->c->list_names, (struct str){ s.p + i, end - i });

			if (k > last && (best < 0 || k < best))
				best = k;
		}
	}
	for (int k = last + 1; l->special_names && k < (best < 0 ? (int)l->c->lists.n : best); k++)
		if (find_use(s, l->v[k].item->name, 0, &at))
			return k;
	return best;
}

/* For an empty list: removes the comma before its name, or else the comma after it. */
static void drop_comma(struct text_builder *b, struct str s, size_t *next)
{
	if (b->buf.n && b->buf.p[b->buf.n - 1] == ',')
		b->buf.p[--b->buf.n] = 0;
	else if (*next < s.n && s.p[*next] == ',')
		++*next;
}

/* Replaces a list in the text; false if the text becomes too large.  out must be empty. */
static bool replace(struct lists *l, const struct text *in, struct list_text *t,
		    struct text_builder *out)
{
	struct str with = joined(l, t);
	size_t done = 0, from = 0, at, cut;
	bool fits = true;

	while (fits && find_use(in->s, t->item->name, from, &at)) {
		struct place place = text_place(in, (uint32_t)at);

		for (cut = at; cut > done && is_blank(in->s.p[cut - 1]); cut--)
			;
		text_copy(out, in, done, cut);
		from = done = at + t->item->name.n;
		while (done < in->s.n && is_blank(in->s.p[done]))
			done++;
		if (!t->n_items)
			drop_comma(out, in->s, &done);
		text_put(out, STR_LIT(" "), place);
		text_put(out, with, place);
		text_put(out, STR_LIT(" "), place);
		fits = out->buf.n <= RESOLVE_MAX_TEXT;
	}
	text_copy(out, in, done, in->s.n);
	t->used = true;
	return fits && out->buf.n <= RESOLVE_MAX_TEXT;
}

/* Replaces the lists in order, alternating between two builders. */
bool lists_substitute(struct lists *l, const struct text *in, struct text *out)
{
	struct text_builder a = { 0 }, b = { 0 }, *from = &a, *to = &b;
	struct text now = *in;
	bool fits = true, changed = false;

	for (int k = next_list(l, now.s, -1); fits && k >= 0; k = next_list(l, now.s, k)) {
		struct text_builder *other = from;

		text_clear(to);
		fits = replace(l, &now, &l->v[k], to);
		now = text_now(to);
		from = to;
		to = other;
		changed = true;
	}
	*out = changed ? text_done(from, l->arena) : *in;
	text_drop(to);
	return fits;
}
