/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that remembers where it came from.  A condition is put together from YAML scalars (folded, quoted, escaped), list
 * items, exception values and appended pieces of other files; a complaint about byte 712 of the result must still point
 * at the word somebody typed.
 */
#ifndef RULES_TEXT_H
#define RULES_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "yaml/tree.h"

/*
 * A file as it was read.  Its nodes are gone when its items are read, its content when nobody asks for places any more
 * (rules_forget_files()); its name lives as long as the rules that came from it.
 */
struct source_file {
	struct str name;
	struct str content;
	struct tree tree;
	struct source_file *next;
};

struct place {
	const struct source_file *file;
	uint32_t offset;
};

struct text_piece {
	uint32_t at;	      /* first byte in the text it is about */
	uint32_t offset : 31; /* in the file: TREE_MAX_BYTES at most */
	uint32_t fixed : 1; /* all of it stands for one place (a list's items for the list's name) */
	const struct source_file *file;
};

struct text {
	struct str s;
	struct text_piece *v; /* ascending; a piece reaches to the next one */
	unsigned n;
};

/* Text under construction. */
struct text_builder {
	struct buf buf;
	VEC(struct text_piece) pieces;
};

/* The value of a scalar, byte for byte mapped to where it is written. */
struct text text_of_scalar(struct arena *a, const struct source_file *file,
			   const struct tree_node *n);
/* Bytes [from, to) of t, with their places. */
void text_copy(struct text_builder *b, const struct text *t, size_t from, size_t to);
/* Bytes that all stand for one place. */
void text_put(struct text_builder *b, struct str s, struct place place);
/* The finished text, in the arena; the builder is empty afterwards. */
struct text text_done(struct text_builder *b, struct arena *a);
/* The text as it is by now, the builder's own. */
struct text text_now(const struct text_builder *b);
/* Empty, with room for the next. */
void text_clear(struct text_builder *b);
void text_drop(struct text_builder *b);
/* "a b". */
struct text text_join(struct arena *a, const struct text *first, const struct text *second);
/* Where byte `at` was written; file NULL if nowhere. */
struct place text_place(const struct text *t, uint32_t at);

#endif
