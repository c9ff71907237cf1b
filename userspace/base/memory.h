/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation that cannot fail from the caller's view, for loading configuration and rules.
 *
 * Loading allocates in about 400 places: arenas, buffers, arrays, compiled patterns.  A check after each would be most of
 * that code, and each check an untested path; so the error is handled in one place.  Inside memory_transaction() running
 * out of memory frees every block that the transaction allocated and leaves it (longjmp).  Outside of a transaction the
 * program ends with a message.
 *
 * Not for tables that grow with the traffic (state/, source/, queues of alerts): those call malloc(), check the result and
 * have a limit.  At run time only bounded scratch memory comes from here: the arena of an event, the text of an alert, and
 * the bytecode that rules/process_class.c builds.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* n uninitialised bytes, aligned for any object, to be freed with memory_put().  Never NULL; n may be 0. */
void *memory_get(size_t n);
/* n * size zeroed bytes; never NULL, even when the product overflows (that counts as out of memory). */
void *memory_zero(size_t n, size_t size);
/* p, which may be NULL or moves, with n * size bytes; never NULL. */
void *memory_resize(void *p, size_t n, size_t size);
/* As memory_resize(), but NULL when there is no memory for it, and p stays as it was. */
void *memory_try_resize(void *p, size_t n, size_t size);
/* A copy of n bytes with a NUL after them. */
char *memory_text(const char *text, size_t n);
/* Frees a block of one of the above; NULL is fine.  Not interchangeable with free(). */
void memory_put(void *p);

/*
 * Calls run(arg).  True if it returned; its blocks are then ordinary ones.  False if memory ran out: every block that was
 * allocated since and not freed is free again, so run() must not have stored such a block in anything that lives on; what
 * it frees or resizes of older blocks is not undone.  A transaction inside a transaction is part of the outer one.
 * Transactions are per thread.
 */
bool memory_transaction(void (*run)(void *arg), void *arg);

/* Calls run(arg), then cleanup(arg): also when a transaction ends in run(), for what is not memory of this kind. */
void memory_finally(void (*run)(void *arg), void (*cleanup)(void *arg), void *arg);

#endif
