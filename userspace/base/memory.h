/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation functions that never return NULL, for loading configuration and rules.
 *
 * Loading allocates in about 400 places: arenas, buffers, arrays, compiled patterns.  With a check
 * after each, most of that code would be error paths without tests, so the error is handled in one
 * place: inside memory_transaction(), running out of memory frees every block that the transaction
 * allocated and ends the transaction (longjmp).  Outside of a transaction the process exits with a
 * message.
 *
 * Not for tables that grow with the event rate (state/, source/, queues of alerts): these call
 * malloc(), check the result and have a limit.  At run time only bounded scratch memory is
 * allocated here: the arena of an event, the text of an alert, and the bytecode that
 * rules/process_class.c builds.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * n uninitialised bytes, aligned for any object; freed with memory_free().  Never NULL; n may be 0.
 */
void *memory_alloc(size_t n);
/* n * size zeroed bytes; never NULL.  An overflow of the product is handled as out of memory. */
void *memory_zero(size_t n, size_t size);
/*
 * Resizes p, which may be NULL, to n * size bytes; returns the block, which may have moved.  Never
 * NULL.
 */
void *memory_resize(void *p, size_t n, size_t size);
/* As memory_resize(), but if memory runs out, returns NULL and leaves p unchanged. */
void *memory_try_resize(void *p, size_t n, size_t size);
/* A copy of n bytes with a NUL after them. */
char *memory_text(const char *text, size_t n);
/*
 * Frees a block that one of the functions above allocated; p may be NULL.  free() cannot be used
 * for it.
 */
void memory_free(void *p);

/*
 * Calls run(arg).  True if run() returned: its blocks are then no longer part of a transaction.
 * False if memory ran out: every block that run() allocated was freed, so run() must not have
 * stored a pointer to one in an object that exists after it.  Older blocks that run() freed or
 * resized are not restored.  A nested transaction is part of the outer one.  Transactions are per
 * thread.
 */
bool memory_transaction(void (*run)(void *arg), void *arg);

/*
 * Calls run(arg), then cleanup(arg), also if memory runs out in run().  cleanup() releases
 * resources other than the memory of these functions: descriptors, memory of libraries.
 */
void memory_finally(void (*run)(void *arg), void (*cleanup)(void *arg), void *arg);

#endif
