/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of users and groups, one table per container.
 *
 * A capture brings its own.  Live they are read from the files themselves, never through NSS: the libraries it would load
 * have no business in here, and the users of a container are in the container.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "state/users.h"

enum { SETS_MAX = 1024, ACCOUNTS_MAX = 65536, FILE_MAX_BYTES = 8 << 20, LINE_MAX_BYTES = 4096 };

struct account {
	struct user u; /* for groups: gid and name */
};

struct accounts {
	struct account *a; /* sorted by id */
	uint32_t n, room;
};

struct user_set {
	struct str container;
	struct accounts users, groups;
	uint64_t asked_ts; /* when the files were last looked at */
	uint64_t stamp;	   /* their change times */
};

struct user_db {
	const struct state *state;
	struct user_set *sets;
	uint32_t n;
};

struct user_db *user_db_new(const struct state *s)
{
	struct user_db *db = calloc(1, sizeof(*db));

	if (db)
		db->state = s;
	return db;
}

static void account_drop(struct account *a)
{
	text_drop(&a->u.name);
	text_drop(&a->u.home);
	text_drop(&a->u.shell);
}

static void accounts_clear(struct accounts *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		account_drop(&t->a[i]);
	t->n = 0;
}

static void set_free(struct user_set *set)
{
	accounts_clear(&set->users);
	accounts_clear(&set->groups);
	free(set->users.a);
	free(set->groups.a);
	text_drop(&set->container);
}

void user_db_free(struct user_db *db)
{
	if (!db)
		return;
	for (uint32_t i = 0; i < db->n; i++)
		set_free(&db->sets[i]);
	free(db->sets);
	free(db);
}

/* ---- one table ---- */

static uint32_t account_id(const struct accounts *t, const struct user_set *set, uint32_t i)
{
	return t == &set->users ? t->a[i].u.uid : t->a[i].u.gid;
}

static uint32_t account_index(const struct accounts *t, const struct user_set *set, uint32_t id)
{
	uint32_t low = 0, high = t->n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (account_id(t, set, mid) < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool account_is(const struct accounts *t, const struct user_set *set, uint32_t i, uint32_t id)
{
	return i < t->n && account_id(t, set, i) == id;
}

static void account_put(struct accounts *t, const struct user_set *set, uint32_t id,
			const struct user *u)
{
	uint32_t i = account_index(t, set, id);
	struct account a = { { u->uid, u->gid, text_new(u->name), text_new(u->home),
			       text_new(u->shell) } };

	if (account_is(t, set, i, id)) {
		account_drop(&t->a[i]);
		t->a[i] = a;
		return;
	}
	if (t->n == t->room) {
		uint32_t room = t->room ? t->room * 2 : 64;
		struct account *more = t->room < ACCOUNTS_MAX ? realloc(t->a, room * sizeof(*more))
							      : NULL;

		if (!more) {
			account_drop(&a);
			return;
		}
		t->a = more;
		t->room = room;
	}
	memmove(&t->a[i + 1], &t->a[i], (t->n - i) * sizeof(t->a[0]));
	t->a[i] = a;
	t->n++;
}

static void account_remove(struct accounts *t, const struct user_set *set, uint32_t id)
{
	uint32_t i = account_index(t, set, id);

	if (!account_is(t, set, i, id))
		return;
	account_drop(&t->a[i]);
	t->n--;
	memmove(&t->a[i], &t->a[i + 1], (t->n - i) * sizeof(t->a[0]));
}

/* ---- one container ---- */

static struct user_set *set_find(struct user_db *db, struct str container)
{
	for (uint32_t i = 0; i < db->n; i++)
		if (str_eq(db->sets[i].container, container))
			return &db->sets[i];
	return NULL;
}

static struct user_set *set_get(struct user_db *db, struct str container)
{
	struct user_set *set = set_find(db, container), *more;

	if (set)
		return set;
	if (db->n == SETS_MAX) { /* the oldest goes; it can be read again */
		set_free(&db->sets[0]);
		memmove(&db->sets[0], &db->sets[1], --db->n * sizeof(db->sets[0]));
	}
	more = realloc(db->sets, (db->n + 1) * sizeof(*more));
	if (!more)
		return NULL;
	db->sets = more;
	set = &db->sets[db->n++];
	*set = (struct user_set){ .container = text_new(container) };
	return set;
}

void users_put(struct user_db *db, struct str container, const struct user *u)
{
	struct user_set *set = set_get(db, container);

	if (set)
		account_put(&set->users, set, u->uid, u);
}

void users_remove(struct user_db *db, struct str container, uint32_t uid)
{
	struct user_set *set = set_find(db, container);

	if (set)
		account_remove(&set->users, set, uid);
}

void groups_put(struct user_db *db, struct str container, uint32_t gid, struct str name)
{
	struct user_set *set = set_get(db, container);

	if (set)
		account_put(&set->groups, set, gid, &(struct user){ .gid = gid, .name = name });
}

void groups_remove(struct user_db *db, struct str container, uint32_t gid)
{
	struct user_set *set = set_find(db, container);

	if (set)
		account_remove(&set->groups, set, gid);
}

/* ---- the files ---- */

static struct str line_field(struct str *line)
{
	const char *colon = line->n ? memchr(line->p, ':', line->n) : NULL;
	struct str f = { line->p, colon ? (size_t)(colon - line->p) : line->n };

	*line = str_skip(*line, f.n + 1);
	return f;
}

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

/* name:password:uid:gid:comment:home:shell */
static void passwd_line(struct user_set *set, struct str line)
{
	struct user u = { .name = line_field(&line) };

	line_field(&line);
	if (!u.name.n || !field_number(line_field(&line), &u.uid) ||
	    !field_number(line_field(&line), &u.gid))
		return;
	line_field(&line);
	u.home = line_field(&line);
	u.shell = line_field(&line);
	if (!account_is(&set->users, set, account_index(&set->users, set, u.uid), u.uid))
		account_put(&set->users, set, u.uid, &u);
}

/* name:password:gid:members */
static void group_line(struct user_set *set, struct str line)
{
	struct user u = { .name = line_field(&line) };

	line_field(&line);
	if (!u.name.n || !field_number(line_field(&line), &u.gid))
		return;
	if (!account_is(&set->groups, set, account_index(&set->groups, set, u.gid), u.gid))
		account_put(&set->groups, set, u.gid, &u);
}

static void file_read(struct user_set *set, const char *path,
		      void (*take)(struct user_set *set, struct str line))
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
			take(set, s);
		}
	}
	fclose(f);
}

static uint64_t file_stamp(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return 0;
	return (uint64_t)st.st_mtim.tv_sec * NS_PER_S + (uint64_t)st.st_mtim.tv_nsec +
	       (uint64_t)st.st_ino * 31;
}

/* Read again if the files are others than last time; true if so. */
static bool set_read(struct user_set *set, const char *root)
{
	char passwd[4400], group[4400];
	uint64_t stamp;

	snprintf(passwd, sizeof(passwd), "%s/etc/passwd", root);
	snprintf(group, sizeof(group), "%s/etc/group", root);
	stamp = file_stamp(passwd) * 7 + file_stamp(group);
	if (!stamp || stamp == set->stamp)
		return false;
	set->stamp = stamp;
	accounts_clear(&set->users);
	accounts_clear(&set->groups);
	file_read(set, passwd, passwd_line);
	file_read(set, group, group_line);
	return true;
}

/* Where this thread's accounts are kept; false if its container shows the host's. */
static bool thread_root(const struct state *s, const struct thread *t, char *out, size_t room)
{
	char own[4200], host[4200];
	struct stat a, b;

	snprintf(own, sizeof(own), "%s/proc/%lld/ns/mnt", s->opt.host_root, (long long)t->pid);
	snprintf(host, sizeof(host), "%s/proc/1/ns/mnt", s->opt.host_root);
	if (stat(own, &a) || stat(host, &b) || a.st_ino == b.st_ino)
		return false;
	snprintf(out, room, "%s/proc/%lld/root", s->opt.host_root, (long long)t->pid);
	return true;
}

/* The set that answers for a thread; looked at again once a second at most, and only when it has no answer. */
static struct user_set *set_of(struct state *s, const struct thread *t, bool again)
{
	struct str container = t ? t->cgroups->container_id : STR_NONE;
	struct user_set *set = set_get(s->users, container);
	char root[4300];

	if (!set || !s->opt.live)
		return set;
	if (set->asked_ts && (!again || s->now < set->asked_ts + NS_PER_S))
		return set;
	set->asked_ts = s->now | 1;
	if (!container.n)
		snprintf(root, sizeof(root), "%s", s->opt.host_root);
	else if (!thread_root(s, t, root, sizeof(root)))
		return set_of(s, NULL, again);
	if (set_read(set, root))
		s->epoch++;
	return set;
}

/* A capture has the accounts of its machine, and of a container only those that were spoken of. */
static bool host_answers(const struct state *s, const struct thread *t)
{
	return !s->opt.live && t && t->cgroups->container_id.n;
}

const struct user *state_user(struct state *s, const struct thread *t, uint32_t uid)
{
	for (int again = 0; again < 2; again++) {
		struct user_set *set = set_of(s, t, again);
		uint32_t i = set ? account_index(&set->users, set, uid) : 0;

		if (set && account_is(&set->users, set, i, uid))
			return &set->users.a[i].u;
	}
	return host_answers(s, t) ? state_user(s, NULL, uid) : NULL;
}

struct str state_group(struct state *s, const struct thread *t, uint32_t gid)
{
	for (int again = 0; again < 2; again++) {
		struct user_set *set = set_of(s, t, again);
		uint32_t i = set ? account_index(&set->groups, set, gid) : 0;

		if (set && account_is(&set->groups, set, i, gid))
			return set->groups.a[i].u.name;
	}
	return host_answers(s, t) ? state_group(s, NULL, gid) : STR_NONE;
}

void state_seed_user(struct state *s, const struct user *u)
{
	users_put(s->users, STR_NONE, u);
	s->epoch++;
}

void state_seed_group(struct state *s, uint32_t gid, struct str name)
{
	groups_put(s->users, STR_NONE, gid, name);
	s->epoch++;
}

static void accounts_each(const struct user_set *set, const struct accounts *t, user_visit visit,
			  void *arg)
{
	for (uint32_t i = 0; i < t->n; i++)
		visit(&t->a[i].u, t == &set->groups, set->container, arg);
}

void state_each_user(struct state *s, user_visit visit, void *arg)
{
	set_of(s, NULL, false);
	for (uint32_t i = 0; i < s->users->n; i++) {
		accounts_each(&s->users->sets[i], &s->users->sets[i].users, visit, arg);
		accounts_each(&s->users->sets[i], &s->users->sets[i].groups, visit, arg);
	}
}
