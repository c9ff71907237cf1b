// SPDX-License-Identifier: Apache-2.0
/* Compiles and fills output formats. */
#include "output/template.h"

#include <ctype.h>
#include <inttypes.h>

#include "filter/parse.h"

enum {
	LIST_TEXT_MAX = 1023, /* quirk: longer lists are cut here, as in Falco */
	WIDTH_MAX = 100000,
};

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static size_t name_len(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_name_char(s.p[n]))
		n++;
	return n;
}

/* Length of "[...]" at the start of s, brackets included; 0 if there is none. */
static size_t arg_len(struct str s)
{
	const char *end = s.n && s.p[0] == '[' ? memchr(s.p, ']', s.n) : NULL;

	return end ? (size_t)(end - s.p) + 1 : 0;
}

/*
 * The longest prefix of s that is a field: first with an argument in brackets, then names, the
 * longest first.  Returns its length; 0 if no prefix is a field.
 */
static size_t take_field(struct arena *a, struct str s, struct field_ref *ref, struct reason *why)
{
	size_t n = name_len(s), arg = arg_len(str_skip(s, n));

	if (arg && field_resolve(a, (struct str){ s.p, n }, (struct str){ s.p + n + 1, arg - 2 },
				 ref, why))
		return n + arg;
	for (size_t k = n; k; k--) {
		if (s.p[k - 1] == '.')
			continue;
		if (field_resolve(a, (struct str){ s.p, k }, STR_NONE, ref,
				  k == n && !arg ? why : NULL))
			return k;
	}
	return 0;
}

static size_t take_width(struct str s, unsigned *width)
{
	size_t n = 0;

	*width = 0;
	for (; n < s.n && isdigit((unsigned char)s.p[n]); n++)
		*width = *width > WIDTH_MAX ? *width : *width * 10 + (unsigned)(s.p[n] - '0');
	return n;
}

static bool is_transformer(struct str s)
{
	size_t n = name_len(s);

	return n && n < s.n && s.p[n] == '(';
}

/*
 * Length of "name(...)" at the start of s; 0 if the parenthesis is not closed.  Parentheses in
 * quotes do not count.
 */
static size_t call_len(struct str s)
{
	unsigned depth = 0;
	char quote = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (quote) {
			quote = c == quote ? 0 : quote;
			continue;
		}
		if (c == '"' || c == '\'')
			quote = c;
		depth += c == '(';
		if (c == ')' && --depth == 0)
			return i + 1;
	}
	return 0;
}

static bool compile_call(struct arena *a, struct str text, struct template_part *part,
			 struct reason *why)
{
	struct parse_error err = { 0 };
	struct expr *e = parse_operand(a, text, &err);

	reason_set(why, err.message);
	part->operand = e ? operand_compile(a, e, why) : NULL;
	part->literal = text;
	return part->operand;
}

/*
 * A transformer at the start of s, with its option in brackets if it has one.  Returns its length,
 * 0 for an error.
 */
static size_t take_call(struct arena *a, struct str s, struct template_part *part,
			struct reason *why)
{
	size_t n = call_len(s), option = n ? arg_len(str_skip(s, n)) : 0;

	if (!n) {
		reason_set(why, arena_printf(a, "transformer %.*s has no closing parenthesis",
					     (int)name_len(s), s.p));
		return 0;
	}
	if (option && compile_call(a, (struct str){ s.p, n + option }, part, why))
		return n + option;
	return compile_call(a, (struct str){ s.p, n }, part, why) ? n : 0;
}

/* One %field; s starts after the '%'.  Returns the number of bytes parsed, 0 for an error. */
static size_t take_part(struct arena *a, struct str s, struct template_part *part,
			struct reason *why)
{
	size_t digits = take_width(s, &part->width), n;
	struct str rest = str_skip(s, digits);

	if (part->width > WIDTH_MAX) {
		reason_set(why, arena_printf(a, "width %.*s is too large", (int)digits, s.p));
		return 0;
	}
	if (!rest.n) {
		reason_set(why, arena_printf(a, "a field name is missing after '%%'"));
		return 0;
	}
	*why = (struct reason){ 0 };
	n = is_transformer(rest) ? take_call(a, rest, part, why) : 0;
	/* Not a transformer: %evt.type(x) is a field followed by literal text. */
	n = n ? n : take_field(a, rest, &part->ref, is_transformer(rest) ? NULL : why);
	if (n)
		return digits + n;
	if (!why->text.n)
		reason_set_unknown(why, arena_printf(a, "unknown filter: %.*s",
						     (int)(name_len(rest) ? name_len(rest) : 1),
						     rest.p));
	return 0;
}

static unsigned count_parts(struct str text)
{
	unsigned n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '%' ? 2 : 0;
	return n;
}

struct template *template_new(struct arena *a, struct str text, struct reason *why, unsigned *at)
{
	struct template *t = arena_new(a, struct template);
	struct str rest;

	*at = 0;
	/*
	 * Falco: a leading '*' means "print lines with missing values, too", which is always done.
	 */
	if (text.n && text.p[0] == '*') {
		text = str_skip(text, 1);
		*at = 1;
	}
	if (!text.n) {
		reason_set(why, arena_printf(a, "an output must not be empty"));
		return NULL;
	}
	t->parts = arena_array(a, struct template_part, count_parts(text));
	rest = arena_str(a, text);
	while (rest.n) {
		const char *percent = memchr(rest.p, '%', rest.n);
		size_t before = percent ? (size_t)(percent - rest.p) : rest.n, n;

		if (before)
			t->parts[t->n_parts++].literal = (struct str){ rest.p, before };
		rest = str_skip(rest, before);
		*at += before;
		if (!rest.n)
			break;
		n = take_part(a, str_skip(rest, 1), &t->parts[t->n_parts], why);
		if (!n)
			return NULL;
		t->n_parts++;
		t->n_fields++;
		rest = str_skip(rest, n + 1);
		*at += n + 1;
	}
	return t;
}

static void add_list(struct extract *x, const struct field_ref *ref, const struct value *values,
		     unsigned n, struct buf *out)
{
	size_t start = out->n;

	buf_char(out, '(');
	for (unsigned i = 0; i < n && out->n - start <= LIST_TEXT_MAX; i++) {
		if (i)
			buf_char(out, ',');
		buf_str(out, field_format(x, ref, &values[i]));
	}
	buf_char(out, ')');
	if (out->n - start > LIST_TEXT_MAX) {
		out->n = start + LIST_TEXT_MAX;
		out->p[out->n] = 0;
	}
}

void template_value(struct extract *x, const struct field_ref *ref, struct buf *out)
{
	struct value values[FIELD_VALUES_MAX];
	unsigned n = field_get_values(x, ref, values);

	if (!n)
		buf_cstr(out, "<NA>");
	else if (ref->field->flags & FIELD_LIST)
		add_list(x, ref, values, n, out);
	else
		buf_str(out, field_format(x, ref, &values[0]));
}

static void add_result(const struct operand *o, const struct value *v, struct buf *out)
{
	if (value_kind(o->type) == KIND_UNSIGNED)
		buf_printf(out, "%" PRIu64, v->u);
	else
		buf_str(out, v->str);
}

void template_operand(struct extract *x, const struct operand *o, struct buf *out)
{
	struct value values[FIELD_VALUES_MAX];
	unsigned n;

	if (o->ref.field) {
		template_value(x, &o->ref, out);
		return;
	}
	n = operand_values(x, o, values);
	if (!n) {
		buf_cstr(out, "<NA>");
		return;
	}
	buf_cstr(out, o->flags & FIELD_LIST ? "(" : "");
	for (unsigned i = 0; i < (o->flags & FIELD_LIST ? n : 1); i++) {
		buf_cstr(out, i ? "," : "");
		add_result(o, &values[i], out);
	}
	buf_cstr(out, o->flags & FIELD_LIST ? ")" : "");
}

/* Pads or truncates the text from start on to width bytes. */
static void fit(struct buf *out, size_t start, unsigned width)
{
	size_t n = out->n - start;

	if (n < width) {
		buf_fill(out, ' ', width - n);
	} else {
		out->n = start + width;
		out->p[out->n] = 0;
	}
}

void template_fill(const struct template *t, struct extract *x, struct buf *out)
{
	for (unsigned i = 0; i < t->n_parts; i++) {
		const struct template_part *part = &t->parts[i];
		size_t start = out->n;

		if (part->operand) {
			template_operand(x, part->operand, out);
		} else if (part->ref.field) {
			template_value(x, &part->ref, out);
		} else {
			buf_str(out, part->literal);
			continue;
		}
		if (part->width)
			fit(out, start, part->width);
	}
}
