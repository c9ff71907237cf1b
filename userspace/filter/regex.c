// SPDX-License-Identifier: Apache-2.0
/* Regular expressions with the syntax of RE2, matched by PCRE2. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "filter/regex.h"

#include <pcre2.h>

#include "base/memory.h"

/* Steps and levels of backtracking; above these limits a value does not match (DoS protection). */
enum { MATCH_LIMIT = 100000, DEPTH_LIMIT = 2000 };

struct regex {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *limits;
};

/* Why RE2 does not support the pattern although PCRE2 does; NULL if it does. */
static const char *unsupported_by_re2(struct str p)
{
	bool in_class = false;

	for (size_t i = 0; i < p.n; i++) {
		char c = p.p[i], next = i + 1 < p.n ? p.p[i + 1] : 0,
		     third = i + 2 < p.n ? p.p[i + 2] : 0;

		if (c == '\\') {
			if (!in_class && ((next >= '1' && next <= '9') || next == 'g' || next == 'k'))
				return "back-references are not supported";
			i++;
		} else if (in_class) {
			in_class = c != ']';
		} else if (c == '[') {
			in_class = true;
			if (next == '^') {
				i++;
				next = third;
			}
			if (next == ']')
				i++;
		} else if (c == '(' && next == '?') {
			char fourth = i + 3 < p.n ? p.p[i + 3] : 0;

			if (third == '=' || third == '!' ||
			    (third == '<' && (fourth == '=' || fourth == '!')))
				return "look-around is not supported";
			if (third == '>' || third == '|' || third == '(' || third == 'R' ||
			    third == '&' || third == '#' || (third >= '0' && third <= '9'))
				return "this kind of group is not supported";
		} else if (c == '(' && next == '*') {
			return "control verbs are not supported";
		} else if ((c == '*' || c == '+' || c == '?' || c == '}') && next == '+') {
			return "possessive repetition is not supported";
		}
	}
	return NULL;
}

/* PCRE2 allocates with memory_alloc(), so that a transaction frees its blocks. */
static void *get(size_t n, void *data)
{
	(void)data;
	return memory_alloc(n);
}

static void put(void *p, void *data)
{
	(void)data;
	memory_free(p);
}

/* Allocates the match data and sets the limits. */
static void add_limits(struct regex *r, pcre2_general_context *memory)
{
	r->match = pcre2_match_data_create(1, memory);
	r->limits = pcre2_match_context_create(memory);
	pcre2_set_match_limit(r->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(r->limits, DEPTH_LIMIT);
}

struct regex *regex_compile(struct arena *a, struct str pattern, struct reason *why)
{
	const char *refused = unsupported_by_re2(pattern);
	pcre2_general_context *memory;
	pcre2_compile_context *compiling;
	struct regex *r;
	PCRE2_UCHAR text[160];
	PCRE2_SIZE at;
	int err;

	if (refused) {
		reason_set(why, arena_printf(a, "invalid regex pattern: %s", refused));
		return NULL;
	}
	memory = pcre2_general_context_create(get, put, NULL);
	compiling = pcre2_compile_context_create(memory);
	r = memory_zero(1, sizeof(*r));
	r->code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n,
				PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOLLAR_ENDONLY |
					PCRE2_NEVER_BACKSLASH_C,
				&err, &at, compiling);
	if (r->code)
		add_limits(r, memory);
	pcre2_compile_context_free(compiling);
	pcre2_general_context_free(memory);
	if (r->code)
		return r;
	pcre2_get_error_message(err, text, sizeof(text));
	reason_set(why,
		   arena_printf(a, "invalid regex pattern: %s at offset %zu", (char *)text, at));
	regex_free(r);
	return NULL;
}

void regex_free(struct regex *r)
{
	if (!r)
		return;
	pcre2_match_context_free(r->limits);
	pcre2_match_data_free(r->match);
	pcre2_code_free(r->code);
	memory_free(r);
}

bool regex_matches(const struct regex *r, struct str s)
{
	return pcre2_match(r->code, (PCRE2_SPTR)(s.p ? s.p : ""), s.n, 0, 0, r->match, r->limits) >=
	       0;
}
