// SPDX-License-Identifier: Apache-2.0
/* Allocation for loading, and the rollback when memory runs out. */
#include "base/memory.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The header of each block: its position in the list of the transaction that allocated it. */
struct block {
	struct block *next;
	struct block **link; /* the pointer to this block; NULL outside of transactions */
	alignas(max_align_t) char bytes[];
};

struct cleanup {
	void (*run)(void *arg);
	void *arg;
	struct cleanup *next;
};

struct transaction {
	jmp_buf escape;
	struct block *blocks;
	struct cleanup *cleanups; /* innermost first */
};

/* Global, because otherwise every function that allocates would need it as a parameter. */
static _Thread_local struct transaction *current;

static void link_block(struct block *b, struct block **link)
{
	b->link = link;
	b->next = *link;
	if (b->next)
		b->next->link = &b->next;
	*link = b;
}

static void unlink_block(struct block *b)
{
	if (!b->link)
		return;
	*b->link = b->next;
	if (b->next)
		b->next->link = b->link;
}

static void __attribute__((noreturn)) out_of_memory(size_t n)
{
	struct transaction *t = current;

	if (!t) {
		fprintf(stderr, "Error: out of memory (%zu bytes)\n", n);
		exit(1);
	}
	for (struct cleanup *c = t->cleanups; c; c = c->next)
		c->run(c->arg);
	for (struct block *b = t->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	longjmp(t->escape, 1);
}

static struct block *block_of(void *p)
{
	return (struct block *)((char *)p - offsetof(struct block, bytes));
}

/* NULL if memory runs out. */
static void *allocate(size_t n, bool zero)
{
	struct block *b = NULL;

	if (n <= SIZE_MAX - sizeof(*b))
		b = zero ? calloc(1, sizeof(*b) + n) : malloc(sizeof(*b) + n);
	if (!b)
		return NULL;
	b->link = NULL;
	if (current)
		link_block(b, &current->blocks);
	return b->bytes;
}

void *memory_alloc(size_t n)
{
	void *p = allocate(n, false);

	if (!p)
		out_of_memory(n);
	return p;
}

void *memory_zero(size_t n, size_t size)
{
	size_t total;
	void *p;

	if (__builtin_mul_overflow(n, size, &total))
		total = SIZE_MAX;
	p = allocate(total, true);
	if (!p)
		out_of_memory(total);
	return p;
}

void *memory_try_resize(void *p, size_t n, size_t size)
{
	size_t total;
	struct block *b;

	if (__builtin_mul_overflow(n, size, &total) || total > SIZE_MAX - sizeof(*b))
		return NULL;
	if (!p)
		return allocate(total, false);
	b = realloc(block_of(p), sizeof(*b) + total);
	if (!b)
		return NULL;
	/* The block may have moved: update the pointers to it in the list of its transaction. */
	if (b->link)
		*b->link = b;
	if (b->link && b->next)
		b->next->link = &b->next;
	return b->bytes;
}

void *memory_resize(void *p, size_t n, size_t size)
{
	p = memory_try_resize(p, n, size);
	if (!p)
		out_of_memory(n);
	return p;
}

char *memory_text(const char *text, size_t n)
{
	char *p = memory_alloc(n + 1);

	memcpy(p, text, n);
	p[n] = 0;
	return p;
}

void memory_free(void *p)
{
	if (!p)
		return;
	unlink_block(block_of(p));
	free(block_of(p));
}

bool memory_transaction(void (*run)(void *arg), void *arg)
{
	struct transaction t = { 0 };

	if (current) {
		run(arg);
		return true;
	}
	if (setjmp(t.escape)) {
		current = NULL;
		return false;
	}
	current = &t;
	run(arg);
	current = NULL;
	for (struct block *b = t.blocks; b; b = b->next)
		b->link = NULL;
	return true;
}

void memory_finally(void (*run)(void *arg), void (*cleanup)(void *arg), void *arg)
{
	struct transaction *t = current;
	struct cleanup c = { cleanup, arg, t ? t->cleanups : NULL };

	if (t)
		t->cleanups = &c;
	run(arg);
	if (t)
		t->cleanups = c.next;
	cleanup(arg);
}
