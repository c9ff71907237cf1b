/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of a condition.  What a byte means depends on what the grammar expects there, so there is no stream of tokens:
 * the parser asks for the one it wants, and gets it or nothing.
 */
#ifndef FILTER_LEX_H
#define FILTER_LEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct lexer {
	struct str text;
	size_t at;	 /* next byte */
	struct str last; /* the last word taken, for messages */
};

/* What may stand behind a word for it to be that word. */
enum lex_follow {
	LEX_ANY,	    /* punctuation: anything */
	LEX_BLANK,	    /* a blank */
	LEX_BLANK_OR_PAREN, /* a blank or "(" */
	LEX_NO_WORD,	    /* anything that does not make it a longer word; the end too */
};

enum lex_quoted { LEX_NOT_QUOTED, LEX_QUOTED, LEX_BAD_QUOTED };

bool lex_is_blank(char c);
/* Characters a bare value may consist of; lex_is_arg_char: a bare field argument. */
bool lex_is_bare_char(char c);
bool lex_is_arg_char(char c);

void lex_blanks(struct lexer *l);
bool lex_end(const struct lexer *l);
/* All of these take their word and return true, or leave the lexer where it was. */
bool lex_word(struct lexer *l, const char *word, enum lex_follow follow);
bool lex_field_name(struct lexer *l, struct str *out);
bool lex_identifier(struct lexer *l, struct str *out);
bool lex_number(struct lexer *l, struct str *out);
bool lex_bare(struct lexer *l, struct str *out);
bool lex_bare_arg(struct lexer *l, struct str *out);
/* Escapes are resolved into the arena; *why is static text when the string is bad, and l->at stands at the bad byte. */
enum lex_quoted lex_quoted(struct lexer *l, struct arena *a, struct str *out, const char **why);
/* The next few bytes, for messages: up to a blank; empty at the end. */
struct str lex_peek(const struct lexer *l);

#endif
