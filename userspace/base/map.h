/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash map from text to pointer.  Entries keep the order of insertion; keys are borrowed.  A
 * zero-initialized struct map is empty.  For loading: allocation as in base/memory.h.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdint.h>

#include "base/str.h"

struct map_entry {
	struct str key;
	void *value;
	uint32_t hash;
};

struct map {
	struct map_entry *v; /* in order of insertion; entries are never removed */
	uint32_t *slots;     /* position in v + 1; 0: the slot is free */
	unsigned n, cap, n_slots;
};

/* The value of a key, NULL if there is none. */
void *map_get(const struct map *m, struct str key);
/* Adds an entry, or replaces the value of the entry with this key, which keeps its position. */
void map_put(struct map *m, struct str key, void *value);
/* Frees the table, not the values.  The map is then empty and can be used again. */
void map_free(struct map *m);
/* FNV-1a, folded to 32 bits. */
uint32_t map_hash(struct str key);

#endif
