/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text → pointer.  Entries keep the order they came in; keys are borrowed.  For what is loaded at start-up: running out
 * of memory ends the program.
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
	uint32_t *slots;     /* index into v plus one, 0 = free */
	unsigned n, cap, n_slots;
};

/* NULL if there is none. */
void *map_get(const struct map *m, struct str key);
/* Replaces the value of a key that is there; the entry keeps its place. */
void map_put(struct map *m, struct str key, void *value);
void map_free(struct map *m);
uint32_t map_hash(struct str key);

#endif
