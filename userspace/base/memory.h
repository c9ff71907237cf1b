/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for start-up and reload.  They ask for it in hundreds of places, none of which has an answer to "there is
 * none": so asking never fails, and the answer stands in one place.  Inside memory_guarded() everything that was asked
 * for is given back and the guarded work is over; elsewhere the program ends with a message.  Not for tables that grow
 * with the traffic: those use malloc() and have a budget.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Never NULL; n may be 0. */
void *memory_get(size_t n);
void *memory_zero(size_t n, size_t size);
void *memory_resize(void *p, size_t n, size_t size);
char *memory_text(const char *text, size_t n);
/* Gives back what one of the above gave; NULL is fine.  Outside of guards this is free(). */
void memory_put(void *p);

/*
 * True if run() came to its end, false if memory ran out on the way: then all it asked for and did not give back is free
 * again, so it must not have left any of that in things that live on.  A guard inside a guard is part of the outer one.
 */
bool memory_guarded(void (*run)(void *arg), void *arg);

/* In a guard, for something that lives on whatever happens: what is asked for from here on is not given back. */
void memory_keep(bool keep);

/* Things other than memory, to be closed if the guarded work ends early.  The struct lives on the caller's stack. */
struct memory_cleanup {
	void (*run)(void *arg);
	void *arg;
	struct memory_cleanup *next;
};
void memory_defer(struct memory_cleanup *c, void (*run)(void *arg), void *arg);
/* The caller closed it: the newest memory_defer() is forgotten. */
void memory_settle(const struct memory_cleanup *c);

#endif
