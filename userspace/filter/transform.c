// SPDX-License-Identifier: Apache-2.0
/* The transformers.  See userspace/doc/conditions.md. */
#include <ctype.h>

#include "base/macros.h"
#include "filter/operand.h"

static struct value text_value(struct str s)
{
	return (struct value){ .str = s };
}

/* Evaluates argument i, which may be a constant; returns the number of values. */
static unsigned argument(struct extract *x, const struct operand *o, unsigned i, struct value *out)
{
	const struct operand *arg = o->args[i];

	if (arg->ref.field || arg->transform)
		return operand_values(x, arg, out);
	out[0] = text_value(arg->constant);
	return 1;
}

static unsigned map_bytes(struct extract *x, const struct operand *o, struct value *out,
			  int (*f)(int))
{
	unsigned n = argument(x, o, 0, out);

	for (unsigned i = 0; i < n; i++) {
		char *p = arena_bytes(x->scratch, out[i].str.n + 1);

		for (size_t k = 0; k < out[i].str.n; k++) {
			unsigned char c = (unsigned char)out[i].str.p[k];

			p[k] = (char)(c < 128 ? f(c) : c);
		}
		p[out[i].str.n] = 0;
		out[i].str.p = p;
	}
	return n;
}

static unsigned apply_tolower(struct extract *x, const struct operand *o, struct value *out)
{
	return map_bytes(x, o, out, tolower);
}

static unsigned apply_toupper(struct extract *x, const struct operand *o, struct value *out)
{
	return map_bytes(x, o, out, toupper);
}

static unsigned apply_basename(struct extract *x, const struct operand *o, struct value *out)
{
	unsigned n = argument(x, o, 0, out);

	for (unsigned i = 0; i < n; i++) {
		struct str s = out[i].str;
		const char *slash = s.n ? memrchr(s.p, '/', s.n) : NULL;

		if (slash)
			out[i].str = str_skip(s, (size_t)(slash - s.p) + 1);
	}
	return n;
}

/* The 6-bit value of a base64 digit; -1 if c is not one. */
static int sextet(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Input must have no `=` padding; false if it is not valid base64. */
static bool decode_base64(struct extract *x, struct str in, struct str *out)
{
	char *p = arena_bytes(x->scratch, in.n);
	size_t n = 0;
	uint32_t word = 0;

	if (in.n % 4 == 1)
		return false;
	for (size_t i = 0; i < in.n; i++) {
		int v = sextet((unsigned char)in.p[i]);

		if (v < 0)
			return false;
		word = word << 6 | (uint32_t)v;
		if (i % 4 != 0)
			p[n++] = (char)(word >> (6 - 2 * (i % 4)));
	}
	*out = (struct str){ p, n };
	return true;
}

static unsigned apply_b64(struct extract *x, const struct operand *o, struct value *out)
{
	unsigned n = argument(x, o, 0, out);

	for (unsigned i = 0; i < n; i++)
		if (!decode_base64(x, out[i].str, &out[i].str))
			return 0;
	return n;
}

static unsigned apply_len(struct extract *x, const struct operand *o, struct value *out)
{
	const struct operand *arg = o->args[0];
	unsigned n = argument(x, o, 0, out);
	uint64_t len;

	if (arg->flags & FIELD_LIST)
		len = n;
	else if (!n)
		return 0;
	else if (value_kind(arg->type) == KIND_BYTES)
		len = out[0].str.n;
	else
		len = out[0].str.n ? strnlen(out[0].str.p, out[0].str.n) : 0;
	out[0].u = len;
	return 1;
}

/* a followed by b, in scratch memory. */
static struct str concatenated(struct extract *x, struct str a, struct str b)
{
	char *p = arena_bytes(x->scratch, a.n + b.n + 1);

	if (a.n)
		memcpy(p, a.p, a.n);
	if (b.n)
		memcpy(p + a.n, b.p, b.n);
	p[a.n + b.n] = 0;
	return (struct str){ p, a.n + b.n };
}

static unsigned apply_join(struct extract *x, const struct operand *o, struct value *out)
{
	struct str sep, all = STR_LIT("");
	unsigned n;

	if (!argument(x, o, 0, out))
		return 0;
	sep = out[0].str;
	n = argument(x, o, 1, out);
	for (unsigned i = 0; i < n; i++) {
		if (i)
			all = concatenated(x, all, sep);
		all = concatenated(x, all, out[i].str);
	}
	out[0] = text_value(all);
	return 1;
}

static unsigned apply_concat(struct extract *x, const struct operand *o, struct value *out)
{
	struct str all = STR_LIT("");

	for (unsigned i = 0; i < o->n_args; i++) {
		if (!argument(x, o, i, out))
			return 0;
		all = concatenated(x, all, out[0].str);
	}
	out[0] = text_value(all);
	return 1;
}

/*
 * Scans words for options as getopt(3) with spec does.  Without want: every option letter, followed
 * by its argument if it has one.  With want: the argument of the last option of this letter, or the
 * letter itself.
 */
static unsigned scan_options(const struct value *words, unsigned n_words, struct str spec,
			     struct value *out, struct str want)
{
	bool colon_first = spec.n && spec.p[0] == ':';
	unsigned n = 0;
	struct str last = STR_NONE;

	for (unsigned i = 0; i < n_words; i++) {
		struct str w = words[i].str;

		if (w.n < 2 || w.p[0] != '-' || str_is(w, "--"))
			break;
		if (w.p[1] == '-')
			continue;
		for (size_t k = 1; k < w.n; k++) {
			const char *in_spec = spec.n ? memchr(spec.p, w.p[k], spec.n) : NULL;
			bool takes_argument = in_spec && w.p[k] != ':' &&
					      in_spec + 1 < spec.p + spec.n && in_spec[1] == ':';
			struct str letter = { w.p + k, 1 }, value = STR_NONE;
			bool word_done = false;

			if (!in_spec || w.p[k] == ':') {
				letter = STR_LIT("?");
			} else if (takes_argument && k + 1 < w.n) {
				value = str_skip(w, k + 1);
				word_done = true;
			} else if (takes_argument && i + 1 < n_words) {
				value = words[++i].str;
				word_done = true;
			} else if (takes_argument) {
				letter = colon_first ? STR_LIT(":") : STR_LIT("?");
			}
			if (want.p && str_eq(letter, want))
				last = value.p ? value : letter;
			if (!want.p && n < FIELD_VALUES_MAX)
				out[n++] = text_value(letter);
			if (!want.p && value.p && n < FIELD_VALUES_MAX)
				out[n++] = text_value(value);
			if (word_done)
				break;
		}
	}
	if (want.p && last.p)
		out[n++] = text_value(last);
	return n;
}

static unsigned apply_getopt(struct extract *x, const struct operand *o, struct value *out)
{
	struct value words[FIELD_VALUES_MAX];
	unsigned n = argument(x, o, 0, words);

	if (!argument(x, o, 1, out))
		return 0;
	return scan_options(words, n, out[0].str, out, o->option);
}

static const struct transform transforms[] = {
	{ "tolower", 1, 1, apply_tolower, false },
	{ "toupper", 1, 1, apply_toupper, false },
	{ "b64", 1, 1, apply_b64, false },
	{ "basename", 1, 1, apply_basename, false },
	{ "len", 1, 1, apply_len, true },
	{ "join", 2, 2, apply_join, false },
	{ "concat", 2, UINT32_MAX, apply_concat, false },
	{ "getopt", 2, 2, apply_getopt, false },
};

const struct transform *transform_by_name(struct str name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(transforms); i++)
		if (str_is(name, transforms[i].name))
			return &transforms[i];
	return NULL;
}
