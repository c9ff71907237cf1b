/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growable array of any type: struct { T *v; unsigned n, cap; }.  Allocation as in base/memory.h,
 * so not for tables that grow with the event rate.
 *
 *	VEC(int) numbers = { 0 };
 *	vec_push(&numbers, 7);
 *	vec_free(&numbers);
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

#define VEC(type)                \
	struct {                 \
		type *v;         \
		unsigned n, cap; \
	}

static inline void *vec_grow(void *v, unsigned *cap, size_t size)
{
	unsigned want = *cap ? *cap * 2 : 8;

	v = memory_resize(v, want < *cap ? SIZE_MAX : want, size);
	*cap = want;
	return v;
}

#define vec_push(vec, ...)                                                         \
	do {                                                                       \
		__typeof__(vec) vec_ = (vec);                                      \
                                                                                   \
		if (vec_->n == vec_->cap)                                          \
			vec_->v = vec_grow(vec_->v, &vec_->cap, sizeof(*vec_->v)); \
		vec_->v[vec_->n++] = (__VA_ARGS__);                                \
	} while (0)

#define vec_free(vec)                         \
	do {                                  \
		__typeof__(vec) vec_ = (vec); \
                                              \
		memory_free(vec_->v);         \
		vec_->v = NULL;               \
		vec_->n = vec_->cap = 0;      \
	} while (0)

#endif
