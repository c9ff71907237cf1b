/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of users and groups, one pair of tables per container.
 *
 * In a replay they come from the capture.  Live, they are read from passwd and group of the host or
 * the container, never through NSS, which would load libraries into this process and does not
 * support containers.
 */
#include "state/users.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/macros.h"
#include "state/rcstr.h"
#include "state/state_priv.h"

enum {
	CONTAINERS_MAX = 1024,
	ACCOUNTS_MAX = 65536,
	FILE_MAX_BYTES = 8 << 20,
	LINE_MAX_BYTES = 4096
};

struct account_table {
	struct user *v; /* sorted by id; strings are rcstr */
	uint32_t n, capacity;
	bool groups; /* entries have gid and name only, and gid is the id */
};

struct container_accounts {
	struct str container; /* container id, an rcstr; empty: the host */
	struct account_table users, groups;
	uint64_t checked_ts; /* event time of the last check of the files, ns; 0: never */
	uint64_t stamp;	     /* derived from inode and mtime of the files last read */
};

struct user_db {
	const struct state *state;
	struct container_accounts *v; /* in order of creation */
	uint32_t n;
};

struct user_db *user_db_new(const struct state *s)
{
	struct user_db *db = calloc(1, sizeof(*db));

	if (db)
		db->state = s;
	return db;
}

/* ---- one table ---- */

static void user_unref(struct user *u)
{
	rcstr_unref(&u->name);
	rcstr_unref(&u->home);
	rcstr_unref(&u->shell);
}

static void table_clear(struct account_table *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		user_unref(&t->v[i]);
	t->n = 0;
}

static uint32_t account_id(const struct account_table *t, const struct user *u)
{
	return t->groups ? u->gid : u->uid;
}

/* Index of the first account with an id >= id. */
static uint32_t table_index(const struct account_table *t, uint32_t id)
{
	uint32_t low = 0, high = t->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (account_id(t, &t->v[mid]) < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* NULL: no account with this id. */
static struct user *table_find(const struct account_table *t, uint32_t id)
{
	uint32_t i = table_index(t, id);

	return i < t->n && account_id(t, &t->v[i]) == id ? &t->v[i] : NULL;
}

static bool table_reserve(struct account_table *t)
{
	uint32_t capacity = t->capacity ? t->capacity * 2 : 64;
	struct user *v;

	if (t->n < t->capacity)
		return true;
	v = t->capacity < ACCOUNTS_MAX ? realloc(t->v, capacity * sizeof(*v)) : NULL;
	if (!v)
		return false;
	t->v = v;
	t->capacity = capacity;
	return true;
}

static void table_set(struct account_table *t, const struct user *u)
{
	struct user copy = { u->uid, u->gid, rcstr_new(u->name), rcstr_new(u->home),
			     rcstr_new(u->shell) };
	struct user *old = table_find(t, account_id(t, u));
	uint32_t i;

	if (old) {
		user_unref(old);
		*old = copy;
		return;
	}
	if (!table_reserve(t)) {
		user_unref(&copy);
		return;
	}
	i = table_index(t, account_id(t, u));
	memmove(&t->v[i + 1], &t->v[i], (t->n - i) * sizeof(t->v[0]));
	t->v[i] = copy;
	t->n++;
}

static void table_remove(struct account_table *t, uint32_t id)
{
	struct user *u = table_find(t, id);

	if (!u)
		return;
	user_unref(u);
	t->n--;
	memmove(u, u + 1, (size_t)(&t->v[t->n] - u) * sizeof(*u));
}

/* ---- one container ---- */

static void accounts_free(struct container_accounts *a)
{
	table_clear(&a->users);
	table_clear(&a->groups);
	free(a->users.v);
	free(a->groups.v);
	rcstr_unref(&a->container);
}

void user_db_free(struct user_db *db)
{
	if (!db)
		return;
	for (uint32_t i = 0; i < db->n; i++)
		accounts_free(&db->v[i]);
	free(db->v);
	free(db);
}

static struct container_accounts *accounts_find(struct user_db *db, struct str container)
{
	for (uint32_t i = 0; i < db->n; i++)
		if (str_eq(db->v[i].container, container))
			return &db->v[i];
	return NULL;
}

/* Creates them if needed, which invalidates other pointers into db->v.  NULL: out of memory. */
static struct container_accounts *accounts_get(struct user_db *db, struct str container)
{
	struct container_accounts *a = accounts_find(db, container), *more;

	if (a)
		return a;
	if (db->n == CONTAINERS_MAX) { /* evict the oldest; it can be read again */
		accounts_free(&db->v[0]);
		memmove(&db->v[0], &db->v[1], --db->n * sizeof(db->v[0]));
	}
	more = realloc(db->v, (db->n + 1) * sizeof(*more));
	if (!more)
		return NULL;
	db->v = more;
	a = &db->v[db->n++];
	*a = (struct container_accounts){
		.container = rcstr_new(container),
		.groups.groups = true,
	};
	return a;
}

void users_set(struct user_db *db, struct str container, const struct user *u)
{
	struct container_accounts *a = accounts_get(db, container);

	if (a)
		table_set(&a->users, u);
}

void users_remove(struct user_db *db, struct str container, uint32_t uid)
{
	struct container_accounts *a = accounts_find(db, container);

	if (a)
		table_remove(&a->users, uid);
}

void groups_set(struct user_db *db, struct str container, uint32_t gid, struct str name)
{
	struct container_accounts *a = accounts_get(db, container);

	if (a)
		table_set(&a->groups, &(struct user){ .gid = gid, .name = name });
}

void groups_remove(struct user_db *db, struct str container, uint32_t gid)
{
	struct container_accounts *a = accounts_find(db, container);

	if (a)
		table_remove(&a->groups, gid);
}

/* ---- passwd and group ---- */

/* Removes the text before the first colon, and the colon, from *line; returns the text. */
static struct str line_field(struct str *line)
{
	const char *colon = line->n ? memchr(line->p, ':', line->n) : NULL;
	struct str f = { line->p, colon ? (size_t)(colon - line->p) : line->n };

	*line = str_skip(*line, f.n + 1);
	return f;
}

/* A decimal number below UINT32_MAX, which as an id means "none". */
static bool field_number(struct str f, uint32_t *out)
{
	uint64_t v = 0;

	for (size_t i = 0; i < f.n; i++) {
		if (f.p[i] < '0' || f.p[i] > '9' || v > UINT32_MAX)
			return false;
		v = v * 10 + (uint64_t)(f.p[i] - '0');
	}
	*out = (uint32_t)v;
	return f.n && v < UINT32_MAX;
}

/* name:password:uid:gid:comment:home:shell; of several lines with an id the first is used. */
static void passwd_line(struct container_accounts *a, struct str line)
{
	struct user u = { .name = line_field(&line) };

	line_field(&line);
	if (!u.name.n || !field_number(line_field(&line), &u.uid) ||
	    !field_number(line_field(&line), &u.gid))
		return;
	line_field(&line);
	u.home = line_field(&line);
	u.shell = line_field(&line);
	if (!table_find(&a->users, u.uid))
		table_set(&a->users, &u);
}

/* name:password:gid:members; of several lines with an id the first is used. */
static void group_line(struct container_accounts *a, struct str line)
{
	struct user u = { .name = line_field(&line) };

	line_field(&line);
	if (!u.name.n || !field_number(line_field(&line), &u.gid))
		return;
	if (!table_find(&a->groups, u.gid))
		table_set(&a->groups, &u);
}

/* A file of a container is not trusted: it must be regular, and FILE_MAX_BYTES of it are read. */
static void file_read(struct container_accounts *a, const char *path,
		      void (*parse_line)(struct container_accounts *a, struct str line))
{
	char line[LINE_MAX_BYTES];
	size_t bytes = 0;
	struct stat st;
	FILE *f = fopen(path, "re");

	if (!f)
		return;
	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode)) {
		while (bytes < FILE_MAX_BYTES && fgets(line, sizeof(line), f)) {
			struct str s = str_of(line);

			bytes += s.n;
			if (s.n && s.p[s.n - 1] == '\n')
				s.n--;
			parse_line(a, s);
		}
	}
	fclose(f);
}

/* A number that changes when the file is replaced or written; 0 without a file. */
static uint64_t file_stamp(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return 0;
	return (uint64_t)st.st_mtim.tv_sec * NSEC_PER_SEC + (uint64_t)st.st_mtim.tv_nsec +
	       (uint64_t)st.st_ino * 31;
}

/* Reads the files below root if they have changed since the last time; true if so. */
static bool accounts_read(struct container_accounts *a, const char *root)
{
	char passwd[4400], group[4400];
	uint64_t stamp;

	snprintf(passwd, sizeof(passwd), "%s/etc/passwd", root);
	snprintf(group, sizeof(group), "%s/etc/group", root);
	stamp = file_stamp(passwd) * 7 + file_stamp(group);
	if (!stamp || stamp == a->stamp)
		return false;
	a->stamp = stamp;
	table_clear(&a->users);
	table_clear(&a->groups);
	file_read(a, passwd, passwd_line);
	file_read(a, group, group_line);
	return true;
}

/*
 * Writes the root directory of the thread's mount namespace to out; false if the thread is in the
 * host's mount namespace or has exited.
 */
static bool thread_root(const struct state *s, const struct thread *t, char *out, size_t size)
{
	char own[4200], host[4200];
	struct stat a, b;

	snprintf(own, sizeof(own), "%s/proc/%lld/ns/mnt", s->opt.host_root, (long long)t->pid);
	snprintf(host, sizeof(host), "%s/proc/1/ns/mnt", s->opt.host_root);
	if (stat(own, &a) || stat(host, &b) || a.st_ino == b.st_ino)
		return false;
	snprintf(out, size, "%s/proc/%lld/root", s->opt.host_root, (long long)t->pid);
	return true;
}

/* ---- lookups ---- */

/*
 * The accounts that apply to a thread (NULL: the host's).  Live, their files are checked at the
 * first call, and with recheck at most once per second.
 */
static struct container_accounts *accounts_of(struct state *s, const struct thread *t, bool recheck)
{
	struct str container = t ? t->cgroups->container_id : STR_NONE;
	struct container_accounts *a = accounts_get(s->users, container);
	char root[4300];

	if (!a || !s->opt.live)
		return a;
	if (a->checked_ts && (!recheck || s->now < a->checked_ts + NSEC_PER_SEC))
		return a;
	a->checked_ts = s->now | 1; /* never 0 */
	if (!container.n)
		snprintf(root, sizeof(root), "%s", s->opt.host_root);
	else if (!thread_root(s, t, root, sizeof(root)))
		return accounts_of(s, NULL, recheck);
	if (accounts_read(a, root))
		s->epoch++;
	return a;
}

/* An id that is not found is looked up again after the files have been checked for changes. */
static const struct user *account_lookup(struct state *s, const struct thread *t, bool group,
					 uint32_t id)
{
	for (int recheck = 0; recheck < 2; recheck++) {
		const struct container_accounts *a = accounts_of(s, t, recheck);
		const struct user *u = a ? table_find(group ? &a->groups : &a->users, id) : NULL;

		if (u)
			return u;
	}
	/* Captures have all accounts of the host, but of a container only those in events. */
	if (!s->opt.live && t && t->cgroups->container_id.n)
		return account_lookup(s, NULL, group, id);
	return NULL;
}

const struct user *state_user(struct state *s, const struct thread *t, uint32_t uid)
{
	return account_lookup(s, t, false, uid);
}

struct str state_group(struct state *s, const struct thread *t, uint32_t gid)
{
	const struct user *group = account_lookup(s, t, true, gid);

	return group ? group->name : STR_NONE;
}

void state_seed_user(struct state *s, const struct user *u)
{
	users_set(s->users, STR_NONE, u);
	s->epoch++;
}

void state_seed_group(struct state *s, uint32_t gid, struct str name)
{
	groups_set(s->users, STR_NONE, gid, name);
	s->epoch++;
}

static void table_each(const struct account_table *t, struct str container, user_visit visit,
		       void *arg)
{
	for (uint32_t i = 0; i < t->n; i++)
		visit(&t->v[i], t->groups, container, arg);
}

void state_each_user(struct state *s, user_visit visit, void *arg)
{
	accounts_of(s, NULL, false);
	for (uint32_t i = 0; i < s->users->n; i++) {
		const struct container_accounts *a = &s->users->v[i];

		table_each(&a->users, a->container, visit, arg);
		table_each(&a->groups, a->container, visit, arg);
	}
}
