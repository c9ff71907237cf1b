/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text with the position in a file of each byte.  A condition is made of YAML scalars (folded,
 * quoted, escaped), items of lists, values of exceptions and additions in other files; a diagnostic
 * about a byte of the result must point to the word in the file.
 */
#ifndef RULES_TEXT_H
#define RULES_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "yaml/tree.h"

/*
 * A rules file.  Its nodes are freed after its items are read, its content by rules_free_files(),
 * its name with the rules.
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
	uint32_t at;	      /* offset of its first byte in the text */
	uint32_t offset : 31; /* in the file: TREE_MAX_BYTES at most */
	uint32_t fixed : 1;   /* all bytes have the same position (items of a list: of its name) */
	const struct source_file *file;
};

struct text {
	struct str s;
	struct text_piece *v; /* pieces, ascending; each ends where the next one begins */
	unsigned n;
};

/* Text under construction. */
struct text_builder {
	struct buf buf;
	VEC(struct text_piece) pieces;
};

/* The value of a scalar, with the position of each byte, in the arena. */
struct text text_of_scalar(struct arena *a, const struct source_file *file,
			   const struct tree_node *n);
/* Appends the bytes [from, to) of t, with their positions. */
void text_copy(struct text_builder *b, const struct text *t, size_t from, size_t to);
/* Appends bytes that all have one position. */
void text_put(struct text_builder *b, struct str s, struct place place);
/* The finished text, in the arena; the builder is empty afterwards. */
struct text text_done(struct text_builder *b, struct arena *a);
/* The text so far, owned by the builder. */
struct text text_now(const struct text_builder *b);
/* Make the builder empty: keeping the memory, freeing it. */
void text_clear(struct text_builder *b);
void text_drop(struct text_builder *b);
/* Both texts with a blank between them, in the arena. */
struct text text_join(struct arena *a, const struct text *first, const struct text *second);
/* The position of byte `at`; file is NULL if it has none. */
struct place text_place(const struct text *t, uint32_t at);

#endif
