/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lexer of conditions.  The meaning of a byte depends on what the grammar allows at its position,
 * so there is no stream of tokens: the parser tries each kind of word that is allowed.  See
 * userspace/doc/conditions.md.
 */
#ifndef FILTER_LEX_H
#define FILTER_LEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct lexer {
	struct str text;
	size_t at;	 /* offset of the next byte */
	struct str last; /* the last word taken, for messages */
};

/* What must follow a word so that it is taken. */
enum lex_follow {
	LEX_ANY,	    /* anything */
	LEX_BLANK,	    /* a blank */
	LEX_BLANK_OR_PAREN, /* a blank or "(" */
	LEX_NO_WORD,	    /* the end, or a byte that is not a letter, digit or '_' */
};

enum lex_quoted { LEX_NOT_QUOTED, LEX_QUOTED, LEX_BAD_QUOTED };

/* Whether c is white space between words. */
bool lex_is_blank(char c);
/* Whether c can be part of a bare value; of a bare argument of a field. */
bool lex_is_bare_char(char c);
bool lex_is_arg_char(char c);

/* Skips white space. */
void lex_blanks(struct lexer *l);
/* Whether the lexer is at the end of the text. */
bool lex_end(const struct lexer *l);
/*
 * Take one word and return true, or return false and leave the lexer unchanged.  The words: a fixed
 * word, a name with at least one dot, a name without a dot, a number, a bare value, a bare
 * argument.  *out borrows the text.
 */
bool lex_word(struct lexer *l, const char *word, enum lex_follow follow);
bool lex_field_name(struct lexer *l, struct str *out);
bool lex_identifier(struct lexer *l, struct str *out);
bool lex_number(struct lexer *l, struct str *out);
bool lex_bare(struct lexer *l, struct str *out);
bool lex_bare_arg(struct lexer *l, struct str *out);
/*
 * Takes quoted text: *out, in the arena, has its escapes resolved.  LEX_BAD_QUOTED: *why is static
 * text, l->at the position of the error.
 */
enum lex_quoted lex_quoted(struct lexer *l, struct arena *a, struct str *out, const char **why);
/* The next bytes, up to white space and at most 40, for messages; empty at the end of the text. */
struct str lex_peek(const struct lexer *l);

#endif
