/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptors of a process: an array of pointers, sorted by number.
 *
 * Fork is the common case: parent and child hold one array until either writes, and after that still the same entries.
 * Descriptors are small dense numbers, so entry n usually is number n and a lookup is one comparison (fd_table_find()).
 */
#include "state/engine.h"

/* Files are opened and closed all the time: a few nodes of each size wait for the next one. */
enum { SPARE_STEP = 32, SPARE_MAX = 64 };

/* Where nodes of that room wait, NULL when it is too large for any. */
static struct spare_nodes *spare_of(struct state *s, size_t room)
{
	return room / SPARE_STEP < SPARE_SIZES ? &s->spare[room / SPARE_STEP] : NULL;
}

static struct fd_node *node_alloc(struct state *s, size_t bytes)
{
	size_t room = (bytes + SPARE_STEP - 1) & ~(size_t)(SPARE_STEP - 1);
	struct spare_nodes *spare = spare_of(s, room);
	struct fd_node *node;

	if (spare && spare->first) {
		node = spare->first;
		memcpy(&spare->first, node, sizeof(struct fd_node *));
		spare->n--;
	} else {
		node = malloc(sizeof(*node) + room);
	}
	if (node)
		node->room = (uint32_t)room;
	return node;
}

static void node_free(struct state *s, struct fd_node *node)
{
	struct spare_nodes *spare = spare_of(s, node->room);

	if (!spare || spare->n == SPARE_MAX) {
		free(node);
		return;
	}
	memcpy(node, &spare->first, sizeof(struct fd_node *));
	spare->first = node;
	spare->n++;
}

void fd_spare_free(struct state *s)
{
	for (unsigned i = 0; i < SPARE_SIZES; i++) {
		struct fd_node *node = s->spare[i].first, *next;

		for (; node; node = next) {
			memcpy(&next, node, sizeof(struct fd_node *));
			free(node);
		}
	}
}

static inline struct fd_node *node_new(struct state *s, const struct fd *fd)
{
	bool same = fd->name_raw.n == fd->name.n && fd->name.n &&
		    (fd->name_raw.p == fd->name.p ||
		     memcmp(fd->name.p, fd->name_raw.p, fd->name.n) == 0);
	size_t raw = same ? 0 : fd->name_raw.n;
	struct fd_node *node = node_alloc(s, fd->name.n + raw);

	if (!node)
		return NULL;
	node->refs = 1;
	node->fd = *fd;
	if (fd->name.n)
		memcpy(node->text, fd->name.p, fd->name.n);
	if (raw)
		memcpy(node->text + fd->name.n, fd->name_raw.p, raw);
	node->fd.name.p = node->text;
	node->fd.name_raw.p = same ? node->text : node->text + fd->name.n;
	return node;
}

static inline void node_drop(struct state *s, struct fd_node *node)
{
	if (--node->refs == 0)
		node_free(s, node);
}

static void store_drop(struct state *s, struct fd_store *st)
{
	if (!st || --st->refs)
		return;
	for (uint32_t i = 0; i < st->n; i++)
		node_drop(s, st->nodes[i]);
	free(st);
}

void fd_table_init(struct fd_table *t, struct state *s)
{
	*t = (struct fd_table){ .state = s };
}

void fd_table_clear(struct fd_table *t)
{
	store_drop(t->state, t->store);
	t->store = NULL;
}

void fd_table_share(struct fd_table *t, const struct fd_table *from)
{
	if (from->store)
		from->store->refs++;
	store_drop(t->state, t->store);
	t->store = from->store;
}

static __attribute__((noinline)) bool table_copy(struct fd_table *t, uint32_t n)
{
	struct fd_store *old = t->store, *st;
	uint32_t room = old && old->room >= n ? old->room : (n < 8 ? 8 : n + n / 2);
	size_t bytes = sizeof(*st) + room * sizeof(st->nodes[0]);
	bool shared = !old || old->refs > 1;

	st = shared ? malloc(bytes) : realloc(old, bytes);
	if (!st)
		return false;
	if (shared) {
		st->refs = 1;
		st->n = old ? old->n : 0;
		for (uint32_t i = 0; i < st->n; i++) {
			st->nodes[i] = old->nodes[i];
			st->nodes[i]->refs++;
		}
		if (old)
			old->refs--;
	}
	st->room = room;
	t->store = st;
	return true;
}

/* A store of our own with room for n entries; false when memory is out. */
static inline bool table_own(struct fd_table *t, uint32_t n)
{
	return (t->store && t->store->refs == 1 && t->store->room >= n) || table_copy(t, n);
}

/*
 * Index of the first entry whose number is not below num.  Numbers are never below their index, so none behind index num
 * has to be looked at; the lowest free number, which the next file gets, is found at once.
 */
static uint32_t store_index(const struct fd_store *st, int64_t num)
{
	uint32_t low = 0, high = st ? st->n : 0;

	if (num >= 0 && num < high)
		high = (uint32_t)num;
	if (!high || st->nodes[high - 1]->fd.num < num)
		return high;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (st->nodes[mid]->fd.num < num)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool store_has(const struct fd_store *st, uint32_t i, int64_t num)
{
	return st && i < st->n && st->nodes[i]->fd.num == num;
}

struct fd *fd_table_get(struct fd_table *t, int64_t num)
{
	uint32_t i;

	if (!t)
		return NULL;
	i = store_index(t->store, num);
	if (!store_has(t->store, i, num)) {
		t->state->n.n_failed_fd_lookups++;
		return NULL;
	}
	t->state->n.n_noncached_fd_lookups++;
	return &t->store->nodes[i]->fd;
}

/* The n entries from `from` on to index `to`. */
static inline void nodes_move(struct fd_store *st, uint32_t to, uint32_t from, uint32_t n)
{
	if (n)
		memmove(&st->nodes[to], &st->nodes[from], n * sizeof(st->nodes[0]));
}

struct fd *fd_table_put(struct fd_table *t, const struct fd *fd)
{
	struct fd_node *node = t && fd->num >= 0 ? node_new(t->state, fd) : NULL;
	uint32_t i, n;
	bool exists;

	if (!node)
		return NULL;
	i = store_index(t->store, fd->num);
	exists = store_has(t->store, i, fd->num);
	n = t->store ? t->store->n : 0;
	if ((!exists && n >= t->state->opt.fd_limit) || !table_own(t, n + !exists)) {
		t->state->n.n_drops_full_fdtable++;
		node_free(t->state, node);
		return NULL;
	}
	if (exists) {
		node_drop(t->state, t->store->nodes[i]);
	} else {
		nodes_move(t->store, i + 1, i, n - i);
		t->store->n++;
	}
	t->store->nodes[i] = node;
	t->state->n.n_added_fds++;
	return &node->fd;
}

struct fd *fd_table_edit(struct fd_table *t, int64_t num)
{
	uint32_t i = t ? store_index(t->store, num) : 0;
	struct fd_node *node;

	if (!t || !store_has(t->store, i, num) || !table_own(t, t->store->n))
		return NULL;
	node = t->store->nodes[i];
	if (node->refs > 1) {
		struct fd_node *own = node_new(t->state, &node->fd);

		if (!own)
			return NULL;
		node_drop(t->state, node);
		t->store->nodes[i] = node = own;
	}
	return &node->fd;
}

void fd_table_drop(struct fd_table *t, int64_t first, int64_t last, uint16_t flags)
{
	uint32_t i = t ? store_index(t->store, first) : 0, to;
	bool any = false;

	for (uint32_t k = i; t && t->store && k < t->store->n && t->store->nodes[k]->fd.num <= last;
	     k++)
		any |= (t->store->nodes[k]->fd.flags & flags) == flags;
	if (!any || !table_own(t, t->store->n))
		return;
	for (to = i; i < t->store->n; i++) {
		struct fd_node *node = t->store->nodes[i];

		if (node->fd.num <= last && (node->fd.flags & flags) == flags) {
			node_drop(t->state, node);
			t->state->n.n_removed_fds++;
		} else {
			t->store->nodes[to++] = node;
		}
	}
	t->store->n = to;
}

void fd_table_remove(struct fd_table *t, int64_t num)
{
	uint32_t i = t ? store_index(t->store, num) : 0;
	struct fd_store *st;

	if (!t || !store_has(t->store, i, num) || !table_own(t, t->store->n))
		return;
	st = t->store;
	node_drop(t->state, st->nodes[i]);
	st->n--;
	nodes_move(st, i, i + 1, st->n - i);
	t->state->n.n_removed_fds++;
}

void fd_table_flag(struct fd_table *t, int64_t first, int64_t last, uint16_t flags)
{
	for (uint32_t i = t ? store_index(t->store, first) : 0; t && t->store && i < t->store->n;
	     i++) {
		int64_t num = t->store->nodes[i]->fd.num;
		struct fd *fd = num <= last ? fd_table_edit(t, num) : NULL;

		if (!fd)
			break;
		fd->flags |= flags;
	}
}

unsigned fd_table_count(const struct fd_table *t)
{
	return t && t->store ? t->store->n : 0;
}

void fd_table_each(struct fd_table *t, bool (*visit)(struct fd *fd, void *arg), void *arg)
{
	for (uint32_t i = 0; t && t->store && i < t->store->n; i++)
		if (!visit(&t->store->nodes[i]->fd, arg))
			break;
}
