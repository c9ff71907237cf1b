// SPDX-License-Identifier: Apache-2.0
/* Lexer of conditions. */
#include "filter/lex.h"

enum { PEEK_MAX = 40 };

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word_char(char c)
{
	return is_letter(c) || is_digit(c) || c == '_';
}

bool lex_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\b' || c == '\r' || c == '\n';
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool lex_is_bare_char(char c)
{
	return c && !is_space(c) && c != '(' && c != ')' && c != '"' && c != '\'' && c != '=' &&
	       c != ',';
}

bool lex_is_arg_char(char c)
{
	return c && !is_space(c) && c != '[' && c != ']' && c != '"' && c != '\'';
}

/* The byte at i; 0 after the end. */
static char peek(const struct lexer *l, size_t i)
{
	return i < l->text.n ? l->text.p[i] : 0;
}

void lex_blanks(struct lexer *l)
{
	while (l->at < l->text.n && lex_is_blank(l->text.p[l->at]))
		l->at++;
}

bool lex_end(const struct lexer *l)
{
	return l->at >= l->text.n;
}

static struct str take(struct lexer *l, size_t end)
{
	l->last = (struct str){ l->text.p + l->at, end - l->at };
	l->at = end;
	return l->last;
}

static bool follows(const struct lexer *l, size_t end, enum lex_follow follow)
{
	char c = peek(l, end);

	switch (follow) {
	case LEX_ANY:
		return true;
	case LEX_BLANK:
		return lex_is_blank(c);
	case LEX_BLANK_OR_PAREN:
		return lex_is_blank(c) || c == '(';
	case LEX_NO_WORD:
		return !is_word_char(c);
	}
	return false;
}

bool lex_word(struct lexer *l, const char *word, enum lex_follow follow)
{
	struct str w = str_of(word);

	if (!str_starts(str_skip(l->text, l->at), w) || !follows(l, l->at + w.n, follow))
		return false;
	take(l, l->at + w.n);
	return true;
}

/* End of the identifier that starts at i; i if there is none. */
static size_t identifier_end(const struct lexer *l, size_t i)
{
	if (is_letter(peek(l, i)))
		while (is_word_char(peek(l, i)))
			i++;
	return i;
}

bool lex_identifier(struct lexer *l, struct str *out)
{
	size_t end = identifier_end(l, l->at);

	if (end == l->at)
		return false;
	*out = take(l, end);
	return true;
}

bool lex_field_name(struct lexer *l, struct str *out)
{
	size_t end = identifier_end(l, l->at), next;
	unsigned dots = 0;

	if (end == l->at)
		return false;
	while (peek(l, end) == '.' && (next = identifier_end(l, end + 1)) > end + 1) {
		end = next;
		dots++;
	}
	if (!dots)
		return false;
	*out = take(l, end);
	return true;
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* [+-]? digits, then optionally a point and digits, then optionally an exponent with a sign. */
static size_t decimal_end(const struct lexer *l, size_t i)
{
	size_t digits;

	if (peek(l, i) == '+' || peek(l, i) == '-')
		i++;
	for (digits = i; is_digit(peek(l, i)); i++)
		;
	if (i == digits)
		return l->at;
	if (peek(l, i) == '.')
		i++;
	while (is_digit(peek(l, i)))
		i++;
	if ((peek(l, i) == 'e' || peek(l, i) == 'E') &&
	    (peek(l, i + 1) == '+' || peek(l, i + 1) == '-') && is_digit(peek(l, i + 2)))
		for (i += 3; is_digit(peek(l, i)); i++)
			;
	return i;
}

bool lex_number(struct lexer *l, struct str *out)
{
	size_t end = l->at;

	if (peek(l, end) == '0' && (peek(l, end + 1) | 32) == 'x' && is_hex(peek(l, end + 2)))
		for (end += 3; is_hex(peek(l, end)); end++)
			;
	else
		end = decimal_end(l, end);
	if (end == l->at)
		return false;
	*out = take(l, end);
	return true;
}

bool lex_bare(struct lexer *l, struct str *out)
{
	size_t end = l->at;

	while (end < l->text.n && lex_is_bare_char(l->text.p[end]))
		end++;
	if (end == l->at)
		return false;
	*out = take(l, end);
	return true;
}

bool lex_bare_arg(struct lexer *l, struct str *out)
{
	size_t end = l->at;

	while (end < l->text.n && lex_is_arg_char(l->text.p[end]))
		end++;
	if (end == l->at)
		return false;
	*out = take(l, end);
	return true;
}

static int hex_value(char c)
{
	return is_digit(c) ? c - '0' : (c | 32) - 'a' + 10;
}

/*
 * Writes the byte of the escape whose backslash is at i; returns the length of the escape, 0 if not
 * valid.
 */
static size_t unescape(const struct lexer *l, size_t i, char quote, char *out)
{
	static const char from[] = "bfnrt\\/ ", to[] = "\b\f\n\r\t\\/\\";
	char c = peek(l, i + 1);
	const char *hit = c ? strchr(from, c) : NULL;

	if (hit) {
		*out = to[hit - from];
		return 2;
	}
	if (c == quote) {
		*out = c;
		return 2;
	}
	if (c != 'x' || !is_hex(peek(l, i + 2)) || !is_hex(peek(l, i + 3)))
		return 0;
	*out = (char)(hex_value(peek(l, i + 2)) << 4 | hex_value(peek(l, i + 3)));
	return *out ? 4 : 0;
}

static enum lex_quoted bad(struct lexer *l, size_t at, const char **why, const char *text)
{
	l->at = at;
	*why = text;
	return LEX_BAD_QUOTED;
}

enum lex_quoted lex_quoted(struct lexer *l, struct arena *a, struct str *out, const char **why)
{
	char quote = peek(l, l->at), *p;
	size_t i = l->at + 1, n = 0, end, len;

	if (quote != '"' && quote != '\'')
		return LEX_NOT_QUOTED;
	for (end = i; end < l->text.n && l->text.p[end] != quote; end++)
		end += l->text.p[end] == '\\';
	if (end >= l->text.n)
		return bad(l, l->at, why, "unterminated string: the closing quote is missing");
	p = arena_bytes(a, end - i + 1);
	while (i < end) {
		if (!l->text.p[i])
			return bad(l, i, why, "a string may not contain a NUL byte");
		if (l->text.p[i] != '\\') {
			p[n++] = l->text.p[i++];
			continue;
		}
		len = unescape(l, i, quote, &p[n++]);
		if (!len)
			return bad(l, i, why, "invalid escape sequence in string");
		i += len;
	}
	p[n] = 0;
	*out = (struct str){ p, n };
	take(l, end + 1);
	return LEX_QUOTED;
}

struct str lex_peek(const struct lexer *l)
{
	struct str rest = str_skip(l->text, l->at);
	size_t n = 0;

	while (rest.n && lex_is_blank(rest.p[0]))
		rest = str_skip(rest, 1);
	while (n < rest.n && n < PEEK_MAX && !lex_is_blank(rest.p[n]))
		n++;
	return (struct str){ rest.p, n };
}
