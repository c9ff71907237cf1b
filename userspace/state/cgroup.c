/* SPDX-License-Identifier: Apache-2.0 */
/* Control groups: hash-consed lists, and the container id found in their paths. */
#include "state/cgroup.h"

#include <ctype.h>

#include "base/macros.h"
#include "base/map.h"
#include "state/rcstr.h"

/* ---- container ids ---- */

/*
 * Names of cgroups by container runtimes: a path that ends with `before`, the id, `after`.  An id
 * is 64 hexadecimal digits (ID_HEX) or 1 to 64 characters other than '/' (ID_ANY).  The first
 * pattern that matches wins.
 */
enum { ID_HEX = 0, ID_ANY = 1 };

static const struct id_pattern {
	const char *before, *after;
	unsigned flags;
} id_patterns[] = {
	/* podman */
	{ "/libpod-", "", ID_HEX },
	{ "/libpod-payload-", "", ID_HEX },
	{ "", ".scope", ID_HEX },
	{ "", ".scope/container", ID_HEX },
	/* docker */
	{ "/", "", ID_HEX },
	/* cri */
	{ "/crio-", "", ID_HEX },
	{ ":cri-containerd:", "", ID_HEX },
	/* lxc */
	{ "/lxc/", "", ID_ANY },
	{ "/lxc.payload/", "", ID_ANY },
	{ "/lxc.payload.", "", ID_ANY },
	/* libvirt */
	{ "-", ".libvirt-lxc", ID_ANY },
	{ "/machine-lxc\\x2d", ".scope", ID_ANY },
	{ "/libvirt/lxc/", "", ID_ANY },
	/* bpm */
	{ "bpm-", "", ID_ANY },
};

static bool id_is_valid(struct str id, unsigned flags)
{
	if (flags & ID_ANY)
		return id.n >= 1 && id.n <= 64 && !memchr(id.p, '/', id.n);
	if (id.n != 64)
		return false;
	for (size_t i = 0; i < id.n; i++)
		if (!isxdigit((unsigned char)id.p[i]))
			return false;
	return true;
}

/* The id between the last occurrence of p->before and the suffix p->after; STR_NONE without one. */
static struct str id_match(struct str path, const struct id_pattern *p)
{
	struct str before = str_of(p->before), after = str_of(p->after), id;

	if (!str_ends(path, after))
		return STR_NONE;
	path.n -= after.n;
	for (size_t n = 1; n <= 64 && n + before.n <= path.n; n++) {
		size_t at = path.n - n;

		if (memcmp(path.p + at - before.n, before.p, before.n))
			continue;
		id = (struct str){ path.p + at, n };
		if (id_is_valid(id, p->flags))
			return id;
	}
	return STR_NONE;
}

/* containerd: /NAMESPACE/ID, where ID is not a systemd unit. */
static struct str id_match_containerd(struct str path)
{
	const char *slash = path.n > 1 && path.p[0] == '/' ? memchr(path.p + 1, '/', path.n - 1)
							   : NULL;
	struct str id;

	if (!slash)
		return STR_NONE;
	id = str_skip(path, (size_t)(slash + 1 - path.p));
	if (!id_is_valid(id, ID_ANY) || str_ends(id, STR_LIT(".service")) ||
	    str_ends(id, STR_LIT(".slice")) || str_ends(id, STR_LIT(".scope")))
		return STR_NONE;
	return id;
}

static struct str container_id_of(struct str path)
{
	for (size_t i = 0; i < ARRAY_SIZE(id_patterns); i++) {
		struct str id = id_match(path, &id_patterns[i]);

		if (id.n)
			return id;
	}
	return id_match_containerd(path);
}

/* ---- the pool ---- */

struct cgroup_node {
	struct cgroups c; /* first: a pointer to it is a pointer to the node */
	struct str raw;	  /* the list as received; the key */
	uint32_t hash;
	struct cgroup_node *next;
};

enum { POOL_BUCKETS = 1024 };

struct cgroup_pool {
	struct cgroup_node *buckets[POOL_BUCKETS];
};

/* Renames subsystems from the kernel's internal names to those of cgroup v1 controllers. */
static struct str subsystem_name(struct str name)
{
	if (str_ends(name, STR_LIT("_cgroup")))
		name.n -= strlen("_cgroup");
	if (str_is(name, "perf"))
		return STR_LIT("perf_event");
	if (str_is(name, "mem"))
		return STR_LIT("memory");
	if (str_is(name, "io"))
		return STR_LIT("blkio");
	return name;
}

/* Removes the first "name=path" from *list; false if *list is empty. */
static bool list_next(struct str *list, struct str *name, struct str *path)
{
	const char *end, *eq;
	struct str item;

	if (!list->n)
		return false;
	end = memchr(list->p, 0, list->n);
	item = (struct str){ list->p, end ? (size_t)(end - list->p) : list->n };
	*list = str_skip(*list, item.n + 1);
	eq = item.n ? memchr(item.p, '=', item.n) : NULL;
	*name = (struct str){ item.p, eq ? (size_t)(eq - item.p) : item.n };
	*path = str_skip(item, name->n + 1);
	return true;
}

/* Writes raw with renamed subsystems to out, which may be NULL; returns the length. */
static size_t list_write(char *out, struct str raw)
{
	struct str name, path;
	size_t n = 0;

	while (list_next(&raw, &name, &path)) {
		struct str shown = subsystem_name(name);

		if (out) {
			memcpy(out + n, shown.p, shown.n);
			out[n + shown.n] = '=';
			if (path.n)
				memcpy(out + n + shown.n + 1, path.p, path.n);
			out[n + shown.n + 1 + path.n] = 0;
		}
		n += shown.n + path.n + 2;
	}
	return n;
}

/* Sets the container id, from the first path that has one; it points into c.list. */
static void node_identify(struct cgroup_node *node)
{
	struct str list = node->c.list, name, path;

	node->c.container_id = node->c.container_full_id = RCSTR_EMPTY;
	while (list_next(&list, &name, &path)) {
		struct str id = container_id_of(path);

		if (!id.n)
			continue;
		node->c.container_full_id = id;
		node->c.container_id = (struct str){ id.p, id.n < 12 ? id.n : 12 };
		return;
	}
}

static struct cgroup_node *node_new(struct str raw, uint32_t hash)
{
	struct cgroup_node *node = calloc(1, sizeof(*node));
	size_t n = list_write(NULL, raw);

	if (!node)
		return NULL;
	node->hash = hash;
	node->raw = rcstr_new(raw);
	node->c.list = rcstr_alloc(n);
	if (node->c.list.n)
		list_write((char *)node->c.list.p, raw);
	node_identify(node);
	return node;
}

static struct cgroup_node *pool_find_or_add(struct cgroup_pool *p, struct str list)
{
	uint32_t hash = map_hash(list);
	struct cgroup_node **bucket = &p->buckets[hash % POOL_BUCKETS], *node;

	for (node = *bucket; node; node = node->next)
		if (node->hash == hash && str_eq(node->raw, list))
			return node;
	node = node_new(list, hash);
	if (!node)
		return NULL;
	node->next = *bucket;
	return *bucket = node;
}

struct cgroups *cgroups_intern(struct cgroup_pool *p, struct cgroups *likely, struct str list)
{
	struct cgroup_node *node = (struct cgroup_node *)likely;

	if (!node || !str_eq(node->raw, list))
		node = pool_find_or_add(p, list);
	if (!node)
		return NULL;
	node->c.refs++;
	return &node->c;
}

void cgroups_unref(struct cgroup_pool *p, struct cgroups *c)
{
	struct cgroup_node *node = (struct cgroup_node *)c, **at;

	if (!c || --c->refs)
		return;
	for (at = &p->buckets[node->hash % POOL_BUCKETS]; *at != node; at = &(*at)->next)
		;
	*at = node->next;
	rcstr_unref(&node->raw);
	rcstr_unref(&node->c.list);
	free(node);
}

struct cgroup_pool *cgroup_pool_new(void)
{
	return calloc(1, sizeof(struct cgroup_pool));
}

void cgroup_pool_free(struct cgroup_pool *p)
{
	free(p);
}
