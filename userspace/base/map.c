// SPDX-License-Identifier: Apache-2.0
/* Hash map: open addressing over an array in insertion order. */
#include "base/map.h"

#include <stdint.h>

#include "base/memory.h"

uint32_t map_hash(struct str key)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < key.n; i++)
		h = (h ^ (unsigned char)key.p[i]) * 0x100000001b3;
	return (uint32_t)(h ^ h >> 32);
}

static uint32_t *find(const struct map *m, struct str key, uint32_t hash)
{
	for (uint32_t i = hash;; i++) {
		uint32_t *slot = &m->slots[i & (m->n_slots - 1)];

		if (!*slot || (m->v[*slot - 1].hash == hash && str_eq(m->v[*slot - 1].key, key)))
			return slot;
	}
}

void *map_get(const struct map *m, struct str key)
{
	uint32_t *slot;

	if (!m->n)
		return NULL;
	slot = find(m, key, map_hash(key));
	return *slot ? m->v[*slot - 1].value : NULL;
}

/* Doubles the table.  At most half of the slots are in use. */
static void grow(struct map *m)
{
	unsigned cap = m->cap ? m->cap * 2 : 16;
	uint32_t *slots;

	m->v = memory_resize(m->v, cap < m->cap ? SIZE_MAX : cap, sizeof(*m->v));
	slots = memory_zero(cap, 2 * sizeof(*slots));
	memory_free(m->slots);
	*m = (struct map){ m->v, slots, m->n, cap, cap * 2 };
	for (unsigned i = 0; i < m->n; i++)
		*find(m, m->v[i].key, m->v[i].hash) = i + 1;
}

void map_put(struct map *m, struct str key, void *value)
{
	uint32_t hash = map_hash(key), *slot;

	if (m->n == m->cap)
		grow(m);
	slot = find(m, key, hash);
	if (!*slot) {
		m->v[m->n] = (struct map_entry){ key, NULL, hash };
		*slot = ++m->n;
	}
	m->v[*slot - 1].value = value;
}

void map_free(struct map *m)
{
	memory_free(m->v);
	memory_free(m->slots);
	*m = (struct map){ 0 };
}
