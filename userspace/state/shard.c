/* SPDX-License-Identifier: Apache-2.0 */
#include "state/shard.h"

#include "state/engine.h"

/* ---- which events concern one process alone ---- */

/* By handler; a handler without a row does not compile. */
enum {
	LOCAL_none = 1,
	LOCAL_stash = 1,
	/* descriptors */
	LOCAL_open = 1,
	LOCAL_close = 1,
	LOCAL_close_range = 1,
	LOCAL_dup = 1,
	LOCAL_fcntl = 1,
	LOCAL_newfd = 1,
	LOCAL_pipe = 1,
	LOCAL_memfd = 1,
	LOCAL_pidfd_open = 1,
	LOCAL_socket = 1,
	LOCAL_socketpair = 1,
	LOCAL_bind = 1,
	LOCAL_connect = 1,
	LOCAL_accept = 1,
	LOCAL_read = 1,
	LOCAL_write = 1,
	/* directories */
	LOCAL_chdir = 1,
	LOCAL_fchdir = 1,
	LOCAL_getcwd = 1,
	LOCAL_chroot = 1,
	/* sizes that are asked of the process itself */
	LOCAL_memory = 1,
	LOCAL_switch = 1,
	LOCAL_setpgid = 1,

	/* who is who */
	LOCAL_clone = 0,
	LOCAL_exec = 0,
	LOCAL_exit = 0,
	LOCAL_setuid = 0,
	LOCAL_setgid = 0,
	LOCAL_setsid = 0,
	LOCAL_capset = 0,
	LOCAL_newns = 0,
	LOCAL_prctl = 0,
	LOCAL_rlimit = 0,      /* prlimit() sets another's */
	LOCAL_pidfd_getfd = 0, /* takes another's */
	/* the machine */
	LOCAL_user_added = 0,
	LOCAL_user_deleted = 0,
	LOCAL_group_added = 0,
	LOCAL_group_deleted = 0,
	LOCAL_container = 0,
	LOCAL_async = 0,
	LOCAL_iter = 0,
};

#define P(name, type, show, capture)
#define EVENT(id, sym, name, dir, src, cat, flags, handler, ...) [id] = LOCAL_##handler,
static const bool locals[EVENT_NUMBERS] = {
#include "schema/events.def"
};
#undef EVENT
#undef P

bool shard_is_local(uint16_t type)
{
	return locals[type];
}

bool shard_is_private(uint16_t type)
{
	return locals[type] && !(event_infos[type].category & (SRC_METAEVENT | SRC_PLUGIN_SOURCE));
}

void state_set_shard(struct state *s, struct shard *shard)
{
	s->shard = shard;
}

/* ---- whose a process is ---- */

enum { LOAD_OLD = 1 << 16, LOAD_BIRTH = 16 };

/* Only while all states are at the same event, so that all forget alike. */
static void load_age(struct shard *sh)
{
	for (unsigned i = 0; i < sh->count; i++)
		if (sh->load[i] > LOAD_OLD)
			goto old;
	return;
old:
	for (unsigned i = 0; i < sh->count; i++)
		sh->load[i] /= 2;
}

static unsigned least_loaded(const struct shard *sh)
{
	unsigned least = 0;

	for (unsigned i = 1; i < sh->count; i++)
		if (sh->load[i] < sh->load[least])
			least = i;
	return least;
}

void shard_place(struct shard *sh, struct thread *t)
{
	load_age(sh);
	t->owner = (uint8_t)least_loaded(sh);
	sh->load[t->owner] += LOAD_BIRTH;
}

static void place_child(struct shard *sh, struct thread *t, const struct thread *from)
{
	unsigned with = shard_owner(from);

	if (sh->load[with] <= sh->load[t->owner] + sh->load[with] / 4)
		t->owner = (uint8_t)with;
}

void shard_free(struct shard *sh)
{
	buf_free(&sh->message);
}

/* ---- messages: made and read by the same program, so of its own layout ---- */

static void put_text(struct buf *b, struct str s)
{
	buf_add(b, &s.n, sizeof(s.n));
	buf_str(b, s);
}

static void take_bytes(struct str *from, void *to, size_t n)
{
	memcpy(to, from->p, n);
	*from = str_skip(*from, n);
}

static struct str take_text(struct str *from)
{
	struct str s = { NULL, 0 };

	take_bytes(from, &s.n, sizeof(s.n));
	s.p = from->p;
	*from = str_skip(*from, s.n);
	return s;
}

static bool put_fd(struct fd *fd, void *arg)
{
	buf_add(arg, fd, sizeof(*fd));
	put_text(arg, fd->name);
	put_text(arg, fd->name_raw);
	return true;
}

static void take_fd(struct str *from, struct fd *fd)
{
	take_bytes(from, fd, sizeof(*fd));
	fd->name = take_text(from);
	fd->name_raw = take_text(from);
}

static void put_family(struct buf *b, const struct thread *t)
{
	put_text(b, t->cwd);
	put_text(b, t->root);
	fd_table_each(t->fds, put_fd, b);
}

static void take_family(struct str from, struct thread *t)
{
	struct fd fd;

	t->cwd = text_new(take_text(&from));
	t->root = text_new(take_text(&from));
	while (from.n) {
		take_fd(&from, &fd);
		fd_table_put(&thread_box(t)->fds, &fd);
	}
}

/* ---- what crosses ---- */

static void post(struct state *s, unsigned to)
{
	struct shard *sh = s->shard;

	sh->ops->post(sh->arg, to, s->num, buf_view(&sh->message));
}

static void post_all(struct state *s)
{
	for (unsigned i = 0; i < s->shard->count; i++)
		if (i != s->shard->index)
			post(s, i);
}

static bool take(struct state *s, unsigned from)
{
	struct shard *sh = s->shard;

	buf_clear(&sh->message);
	return sh->ops->take(sh->arg, from, s->num, &sh->message);
}

bool shard_inherit(struct state *s, struct thread *child, const struct thread *from)
{
	struct shard *sh = s->shard;
	unsigned mine, theirs = shard_owner(from);

	place_child(sh, child, from);
	mine = shard_owner(child);
	if (mine == theirs)
		return mine == sh->index;
	if (theirs == sh->index) {
		buf_clear(&sh->message);
		put_family(&sh->message, from);
		post(s, mine);
	} else if (mine == sh->index && take(s, theirs)) {
		take_family(buf_view(&sh->message), child);
	}
	return false;
}

void shard_tell_cwd(struct state *s, struct thread *leader)
{
	struct shard *sh = s->shard;
	unsigned owner = shard_owner(leader);

	if (owner == sh->index) {
		buf_clear(&sh->message);
		buf_str(&sh->message, leader->cwd);
		post_all(s);
	} else if (take(s, owner)) {
		text_set(&leader->cwd, buf_view(&sh->message));
	}
}

/* The target's number, from who knows it to everybody; -1: there is none. */
static int64_t tell_target(struct state *s, unsigned owner, const struct thread *target)
{
	struct shard *sh = s->shard;
	int64_t tid = target ? target->tid : -1;

	if (owner == sh->index) {
		buf_clear(&sh->message);
		buf_add(&sh->message, &tid, sizeof(tid));
		post_all(s);
	} else if (take(s, owner)) {
		memcpy(&tid, sh->message.p, sizeof(tid));
	}
	return tid;
}

struct fd *shard_foreign_fd(struct state *s, const struct thread *caller, struct thread *target,
			    int64_t num)
{
	struct shard *sh = s->shard;
	unsigned mine = shard_owner(caller), theirs;
	struct fd *fd = NULL;
	struct str from;

	target = table_find(&s->table, tell_target(s, mine, target));
	if (!target)
		return NULL;
	theirs = shard_owner(target);
	if (theirs == sh->index)
		fd = fd_table_get(thread_main(target)->fds, num);
	if (mine == theirs)
		return mine == sh->index ? fd : NULL;
	if (theirs == sh->index) {
		buf_clear(&sh->message);
		if (fd)
			put_fd(fd, &sh->message);
		post(s, mine);
		return NULL;
	}
	if (mine != sh->index || !take(s, theirs) || !sh->message.n)
		return NULL;
	from = buf_view(&sh->message);
	take_fd(&from, &sh->fd);
	return &sh->fd;
}
