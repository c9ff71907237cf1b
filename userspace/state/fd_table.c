/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptors of a process: an array of pointers to entries, sorted by number, copy-on-write.
 *
 * Numbers are small and dense, so entry n usually has number n and a lookup is one comparison
 * (fd_table_get_fast()); otherwise it is a binary search.
 */
#include "state/fd_table.h"

#include <stdlib.h>
#include <string.h>

#include "state/state_priv.h"

/* Size classes are multiples of FREE_LIST_STEP bytes of text; longer nodes go back to malloc(). */
enum { FREE_LIST_STEP = 32, FREE_LIST_MAX = 64 };

/* The free list for nodes of this capacity; NULL when it is larger than the largest size class. */
static struct fd_free_list *free_list_of(struct state *s, size_t capacity)
{
	size_t size_class = capacity / FREE_LIST_STEP;

	return size_class < FD_FREE_LISTS ? &s->fd_free[size_class] : NULL;
}

static struct fd_node *node_alloc(struct state *s, size_t bytes)
{
	size_t capacity = (bytes + FREE_LIST_STEP - 1) & ~(size_t)(FREE_LIST_STEP - 1);
	struct fd_free_list *list = free_list_of(s, capacity);
	struct fd_node *node;

	if (list && list->first) {
		node = list->first;
		list->first = node->next_free;
		list->n--;
	} else {
		node = malloc(sizeof(*node) + capacity);
	}
	if (node)
		node->capacity = (uint32_t)capacity;
	return node;
}

static void node_free(struct state *s, struct fd_node *node)
{
	struct fd_free_list *list = free_list_of(s, node->capacity);

	if (!list || list->n == FREE_LIST_MAX) {
		free(node);
		return;
	}
	node->next_free = list->first;
	list->first = node;
	list->n++;
}

void fd_free_lists_clear(struct state *s)
{
	for (unsigned i = 0; i < FD_FREE_LISTS; i++) {
		struct fd_node *node = s->fd_free[i].first, *next;

		for (; node; node = next) {
			next = node->next_free;
			free(node);
		}
	}
}

static inline struct fd_node *node_new(struct state *s, const struct fd *fd)
{
	bool same = fd->name_raw.n == fd->name.n && fd->name.n &&
		    (fd->name_raw.p == fd->name.p ||
		     memcmp(fd->name.p, fd->name_raw.p, fd->name.n) == 0);
	size_t raw_bytes = same ? 0 : fd->name_raw.n;
	struct fd_node *node = node_alloc(s, fd->name.n + raw_bytes);

	if (!node)
		return NULL;
	node->refs = 1;
	node->fd = *fd;
	if (fd->name.n)
		memcpy(node->text, fd->name.p, fd->name.n);
	if (raw_bytes)
		memcpy(node->text + fd->name.n, fd->name_raw.p, raw_bytes);
	node->fd.name.p = node->text;
	node->fd.name_raw.p = same ? node->text : node->text + fd->name.n;
	return node;
}

static inline void node_unref(struct state *s, struct fd_node *node)
{
	if (--node->refs == 0)
		node_free(s, node);
}

static void array_unref(struct state *s, struct fd_array *array)
{
	if (!array || --array->refs)
		return;
	for (uint32_t i = 0; i < array->n; i++)
		node_unref(s, array->nodes[i]);
	free(array);
}

void fd_table_init(struct fd_table *t, struct state *s)
{
	*t = (struct fd_table){ .state = s };
}

void fd_table_clear(struct fd_table *t)
{
	array_unref(t->state, t->array);
	t->array = NULL;
}

void fd_table_copy(struct fd_table *t, const struct fd_table *from)
{
	if (from->array)
		from->array->refs++;
	array_unref(t->state, t->array);
	t->array = from->array;
}

/* Slow path of table_make_writable(): a private copy, or a larger array. */
static __attribute__((noinline)) bool table_unshare(struct fd_table *t, uint32_t n)
{
	struct fd_array *old = t->array, *array;
	uint32_t capacity = old && old->capacity >= n ? old->capacity : (n < 8 ? 8 : n + n / 2);
	size_t bytes = sizeof(*array) + capacity * sizeof(array->nodes[0]);
	bool shared = !old || old->refs > 1;

	array = shared ? malloc(bytes) : realloc(old, bytes);
	if (!array)
		return false;
	if (shared) {
		array->refs = 1;
		array->n = old ? old->n : 0;
		for (uint32_t i = 0; i < array->n; i++) {
			array->nodes[i] = old->nodes[i];
			array->nodes[i]->refs++;
		}
		if (old)
			old->refs--;
	}
	array->capacity = capacity;
	t->array = array;
	return true;
}

/* Makes the array of t private and large enough for n entries; false: out of memory. */
static inline bool table_make_writable(struct fd_table *t, uint32_t n)
{
	return (t->array && t->array->refs == 1 && t->array->capacity >= n) || table_unshare(t, n);
}

/*
 * Index of the first entry with a number >= num.  Numbers are unique and sorted, so an entry's
 * number is at least its index and the result is at most num.  The end is tested first: the kernel
 * gives out the lowest free number, which in a dense table is the next one.
 */
static uint32_t array_index(const struct fd_array *array, int64_t num)
{
	uint32_t low = 0, high = array ? array->n : 0;

	if (num >= 0 && num < high)
		high = (uint32_t)num;
	if (!high || array->nodes[high - 1]->fd.num < num)
		return high;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (array->nodes[mid]->fd.num < num)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool array_has(const struct fd_array *array, uint32_t i, int64_t num)
{
	return array && i < array->n && array->nodes[i]->fd.num == num;
}

struct fd *fd_table_get(struct fd_table *t, int64_t num)
{
	uint32_t i;

	if (!t)
		return NULL;
	i = array_index(t->array, num);
	if (!array_has(t->array, i, num)) {
		t->state->n.n_failed_fd_lookups++;
		return NULL;
	}
	t->state->n.n_noncached_fd_lookups++;
	return &t->array->nodes[i]->fd;
}

/* Moves n entries from index from to index to; the ranges may overlap. */
static inline void nodes_move(struct fd_array *array, uint32_t to, uint32_t from, uint32_t n)
{
	if (n)
		memmove(&array->nodes[to], &array->nodes[from], n * sizeof(array->nodes[0]));
}

struct fd *fd_table_set(struct fd_table *t, const struct fd *fd)
{
	struct fd_node *node = t && fd->num >= 0 ? node_new(t->state, fd) : NULL;
	uint32_t i, n;
	bool exists;

	if (!node)
		return NULL;
	i = array_index(t->array, fd->num);
	exists = array_has(t->array, i, fd->num);
	n = t->array ? t->array->n : 0;
	if ((!exists && n >= t->state->opt.fd_limit) || !table_make_writable(t, n + !exists)) {
		t->state->n.n_drops_full_fdtable++;
		node_free(t->state, node);
		return NULL;
	}
	if (exists) {
		node_unref(t->state, t->array->nodes[i]);
	} else {
		nodes_move(t->array, i + 1, i, n - i);
		t->array->n++;
	}
	t->array->nodes[i] = node;
	t->state->n.n_added_fds++;
	return &node->fd;
}

struct fd *fd_table_get_writable(struct fd_table *t, int64_t num)
{
	uint32_t i = t ? array_index(t->array, num) : 0;
	struct fd_node *node;

	if (!t || !array_has(t->array, i, num) || !table_make_writable(t, t->array->n))
		return NULL;
	node = t->array->nodes[i];
	if (node->refs > 1) {
		struct fd_node *copy = node_new(t->state, &node->fd);

		if (!copy)
			return NULL;
		node_unref(t->state, node);
		t->array->nodes[i] = node = copy;
	}
	return &node->fd;
}

void fd_table_remove_range(struct fd_table *t, int64_t first, int64_t last, uint16_t flags)
{
	uint32_t i = t ? array_index(t->array, first) : 0, to;
	bool any = false;

	for (uint32_t k = i; t && t->array && k < t->array->n && t->array->nodes[k]->fd.num <= last;
	     k++)
		any |= (t->array->nodes[k]->fd.flags & flags) == flags;
	if (!any || !table_make_writable(t, t->array->n))
		return;
	for (to = i; i < t->array->n; i++) {
		struct fd_node *node = t->array->nodes[i];

		if (node->fd.num <= last && (node->fd.flags & flags) == flags) {
			node_unref(t->state, node);
			t->state->n.n_removed_fds++;
		} else {
			t->array->nodes[to++] = node;
		}
	}
	t->array->n = to;
}

void fd_table_remove(struct fd_table *t, int64_t num)
{
	uint32_t i = t ? array_index(t->array, num) : 0;
	struct fd_array *array;

	if (!t || !array_has(t->array, i, num) || !table_make_writable(t, t->array->n))
		return;
	array = t->array;
	node_unref(t->state, array->nodes[i]);
	array->n--;
	nodes_move(array, i, i + 1, array->n - i);
	t->state->n.n_removed_fds++;
}

void fd_table_set_flags(struct fd_table *t, int64_t first, int64_t last, uint16_t flags)
{
	for (uint32_t i = t ? array_index(t->array, first) : 0; t && t->array && i < t->array->n;
	     i++) {
		int64_t num = t->array->nodes[i]->fd.num;
		struct fd *fd = num <= last ? fd_table_get_writable(t, num) : NULL;

		if (!fd)
			break;
		fd->flags |= flags;
	}
}

unsigned fd_table_count(const struct fd_table *t)
{
	return t && t->array ? t->array->n : 0;
}

void fd_table_each(struct fd_table *t, bool (*visit)(struct fd *fd, void *arg), void *arg)
{
	for (uint32_t i = 0; t && t->array && i < t->array->n; i++)
		if (!visit(&t->array->nodes[i]->fd, arg))
			break;
}
