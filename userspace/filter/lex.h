/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lexer of conditions.  What a byte means depends on what the grammar allows at that place, so there is no stream of tokens:
 * the parser tries the words that it can use.  See userspace/doc/conditions.md.
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

/* What must follow a word for it to be taken. */
enum lex_follow {
	LEX_ANY,	    /* punctuation: anything */
	LEX_BLANK,	    /* a blank */
	LEX_BLANK_OR_PAREN, /* a blank or "(" */
	LEX_NO_WORD,	    /* anything that does not make it a longer word; the end too */
};

enum lex_quoted { LEX_NOT_QUOTED, LEX_QUOTED, LEX_BAD_QUOTED };

/* White space between words. */
bool lex_is_blank(char c);
/* Whether c may be part of a bare value, of a bare argument of a field. */
bool lex_is_bare_char(char c);
bool lex_is_arg_char(char c);

/* Skips white space. */
void lex_blanks(struct lexer *l);
/* Whether all of the text is taken. */
bool lex_end(const struct lexer *l);
/*
 * Each of these takes one word and returns true, or returns false and leaves the lexer unchanged: a fixed word, a name with
 * at least one dot, a name without, a number, a bare value, a bare argument.  *out borrows the text.
 */
bool lex_word(struct lexer *l, const char *word, enum lex_follow follow);
bool lex_field_name(struct lexer *l, struct str *out);
bool lex_identifier(struct lexer *l, struct str *out);
bool lex_number(struct lexer *l, struct str *out);
bool lex_bare(struct lexer *l, struct str *out);
bool lex_bare_arg(struct lexer *l, struct str *out);
/* Quoted text, its escapes resolved, in the arena.  LEX_BAD_QUOTED: *why is static text, l->at the position of the bad byte. */
enum lex_quoted lex_quoted(struct lexer *l, struct arena *a, struct str *out, const char **why);
/* The next bytes up to white space, 40 at most, for messages; empty at the end. */
struct str lex_peek(const struct lexer *l);

#endif
