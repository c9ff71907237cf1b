// SPDX-License-Identifier: Apache-2.0
/* Memory for start-up and reload, and what happens when there is none. */
#include "base/memory.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the guarded work holds: a hash set of pointers, at most half full. */
struct guard {
	jmp_buf escape;
	void **v;
	size_t n, size; /* size: a power of two, or 0 */
	struct memory_cleanup *cleanups;
	bool keep;
};

/* The guard of this thread.  A global because every allocation would have to carry it. */
static _Thread_local struct guard *current;

static size_t slot_of(const struct guard *g, const void *p)
{
	return (size_t)((uint64_t)(uintptr_t)p * 0x9e3779b97f4a7c15u >> 32) & (g->size - 1);
}

static void place(struct guard *g, void *p)
{
	size_t at = slot_of(g, p);

	while (g->v[at])
		at = (at + 1) & (g->size - 1);
	g->v[at] = p;
}

static bool grow(struct guard *g)
{
	size_t before = g->size;
	void **old = g->v, **v = calloc(before ? 2 * before : 1024, sizeof(*v));

	if (!v)
		return false;
	g->v = v;
	g->size = before ? 2 * before : 1024;
	for (size_t i = 0; i < before; i++)
		if (old[i])
			place(g, old[i]);
	free(old);
	return true;
}

static void __attribute__((noreturn)) fail(size_t n)
{
	struct guard *g = current;

	if (!g) {
		fprintf(stderr, "Error: out of memory (%zu bytes)\n", n);
		exit(1);
	}
	for (struct memory_cleanup *c = g->cleanups; c; c = c->next)
		c->run(c->arg);
	for (size_t i = 0; i < g->size; i++)
		free(g->v[i]);
	free(g->v);
	current = NULL;
	longjmp(g->escape, 1);
}

static void *remember(void *p, size_t n)
{
	struct guard *g = current;

	if (!p)
		fail(n);
	if (!g || g->keep)
		return p;
	if (2 * (g->n + 1) > g->size && !grow(g)) {
		free(p);
		fail(n);
	}
	place(g, p);
	g->n++;
	return p;
}

/* True if the guard held it.  What stands behind it moves up, so that no search ends early. */
static bool forget(struct guard *g, const void *p)
{
	size_t at, hole, home;

	if (!g->size || !p)
		return false;
	for (at = slot_of(g, p); g->v[at] != p; at = (at + 1) & (g->size - 1))
		if (!g->v[at])
			return false;
	g->n--;
	for (hole = at;;) {
		at = (at + 1) & (g->size - 1);
		if (!g->v[at])
			break;
		home = slot_of(g, g->v[at]);
		if (((at - home) & (g->size - 1)) < ((at - hole) & (g->size - 1)))
			continue;
		g->v[hole] = g->v[at];
		hole = at;
	}
	g->v[hole] = NULL;
	return true;
}

void *memory_get(size_t n)
{
	return remember(malloc(n ? n : 1), n);
}

void *memory_zero(size_t n, size_t size)
{
	return remember(calloc(n ? n : 1, size ? size : 1), n * size);
}

void *memory_resize(void *p, size_t n, size_t size)
{
	struct guard *g = current;
	bool held = g && forget(g, p);
	void *fresh = reallocarray(p, n ? n : 1, size ? size : 1);

	if (!p)
		return remember(fresh, n);
	if (held) {
		place(g, fresh ? fresh : p);
		g->n++;
	}
	if (!fresh)
		fail(n);
	return fresh;
}

char *memory_text(const char *text, size_t n)
{
	char *p = memory_get(n + 1);

	memcpy(p, text, n);
	p[n] = 0;
	return p;
}

void memory_put(void *p)
{
	if (current)
		forget(current, p);
	free(p);
}

bool memory_guarded(void (*run)(void *arg), void *arg)
{
	struct guard g = { 0 };

	if (current) {
		run(arg);
		return true;
	}
	if (setjmp(g.escape))
		return false;
	current = &g;
	run(arg);
	current = NULL;
	free(g.v);
	return true;
}

void memory_keep(bool keep)
{
	if (current)
		current->keep = keep;
}

void memory_defer(struct memory_cleanup *c, void (*run)(void *arg), void *arg)
{
	if (!current)
		return;
	*c = (struct memory_cleanup){ run, arg, current->cleanups };
	current->cleanups = c;
}

void memory_settle(const struct memory_cleanup *c)
{
	if (current && current->cleanups == c)
		current->cleanups = c->next;
}
