/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash map from text to pointer.  Entries keep the order of insertion; keys are borrowed.  Zero is an empty map.  For
 * loading: memory as in base/memory.h.
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
	struct map_entry *v; /* in order of insertion; never removed */
	uint32_t *slots;     /* position in v plus one, 0 = free */
	unsigned n, cap, n_slots;
};

/* The value of a key, NULL if there is none. */
void *map_get(const struct map *m, struct str key);
/* Replaces the value of a key that is there; the entry keeps its place. */
void map_put(struct map *m, struct str key, void *value);
/* Frees the table, not the values; the map is empty and can be used again. */
void map_free(struct map *m);
/* FNV-1a, folded to 32 bits. */
uint32_t map_hash(struct str key);

#endif
