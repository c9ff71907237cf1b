/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeds threads and descriptors that existed before the first event.
 *
 * In: entries from /proc or from the lists of a capture, in any order.  Out: the same state as if
 * the clone events had been seen.
 */
#include "schema/schema.h"
#include "state/path.h"
#include "state/rcstr.h"
#include "state/socket.h"
#include "state/state_priv.h"
#include "state/thread_priv.h"

/* Without arguments /proc/PID/cmdline has one NUL after argv[0]. */
static struct str args_or_none(struct str args)
{
	return args.n == 1 && !args.p[0] ? STR_NONE : args;
}

static struct image *seed_image(struct state *s, const struct proc_seed *p)
{
	struct thread *parent = thread_table_find(&s->threads, p->pid != p->tid ? p->pid : p->ptid);
	struct image_info info = {
		.comm = p->comm,
		.exe = p->exe,
		.exepath = path_strip_deleted(p->exepath),
		.args = args_or_none(p->args),
		.env = p->env,
		.exe_flags = p->exe_flags,
		.exe_ino = p->exe_ino,
		.exe_ctime = p->exe_ctime,
		.exe_mtime = p->exe_mtime,
	};

	return image_get(parent ? parent->image : NULL, &info);
}

static void seed_fill(struct state *s, struct thread *t, const struct proc_seed *p)
{
	t->pid = p->pid;
	t->ptid = p->ptid;
	t->vtid = p->vtid;
	t->vpid = p->vpid;
	t->sid = p->sid;
	t->pgid = p->pgid;
	t->vpgid = p->vpgid;
	t->uid = p->uid;
	t->gid = p->gid;
	t->loginuid = p->loginuid;
	t->tty = p->tty;
	t->cap_inheritable = p->cap_inheritable;
	t->cap_permitted = p->cap_permitted;
	t->cap_effective = p->cap_effective;
	t->fd_limit = p->fd_limit;
	t->pf_major = p->pf_major;
	t->pf_minor = p->pf_minor;
	t->vm_size = p->vm_size;
	t->vm_rss = p->vm_rss;
	t->vm_swap = p->vm_swap;
	t->clone_ts = p->clone_ts;
	t->pidns_start_ts = p->pidns_start_ts;
	thread_set_cgroups(s, t, p->cgroups);
}

static void seed_dirs(struct thread *t, const struct proc_seed *p)
{
	char dir[PATH_LIMIT + 1];

	if (t->pid != t->tid)
		return;
	rcstr_set(&t->root, p->root);
	if (!p->cwd.n || p->cwd.n >= PATH_LIMIT) {
		rcstr_set(&t->cwd, STR_LIT("/"));
		return;
	}
	memcpy(dir, p->cwd.p, p->cwd.n);
	dir[p->cwd.n] = '/';
	rcstr_set(&t->cwd, (struct str){ dir, p->cwd.n + (p->cwd.p[p->cwd.n - 1] != '/') });
}

struct thread *state_seed_thread(struct state *s, const struct proc_seed *seed)
{
	struct thread *t;
	struct image *image;

	t = thread_table_find(&s->threads, seed->tid);
	/* After seeding, the values from events are newer than those from /proc. */
	if (t && !s->seeding && !(t->flags & THREAD_INVALID))
		return t;
	if (t)
		thread_remove_group(s, t);
	image = seed_image(s, seed);
	t = image ? thread_new(s, seed->tid, image, s->no_cgroups) : NULL;
	image_unref(image);
	if (!t)
		return NULL;
	seed_fill(s, t, seed);
	seed_dirs(t, seed);
	/*
	 * During seeding other threads are linked in state_seed_end(): their leader may not exist
	 * yet.
	 */
	if (t->pid == t->tid || !s->seeding)
		thread_link(s, t);
	return t;
}

static void add_listening_port(struct state *s, const struct fd *fd)
{
	if (fd->type == FD_IPV4_SERVER || fd->type == FD_IPV6_SERVER)
		s->listening[fd->tuple.dest.port / 8] |= (uint8_t)(1 << fd->tuple.dest.port % 8);
}

void state_seed_fd(struct state *s, int64_t tid, const struct fd *fd)
{
	struct fd set = *fd, *put;
	struct thread *t;

	t = thread_table_find(&s->threads, tid);
	if (!t || !thread_main(t)->fds || fd->num < 0)
		return;
	if (set.type == FD_FILE_V2)
		set.type = FD_FILE;
	if (set.open_flags & file_flags_O_CLOEXEC)
		set.flags |= FDF_CLOEXEC;
	add_listening_port(s, &set);
	put = fd_table_set(thread_main(t)->fds, &set);
	/* During seeding roles are set in state_seed_end(): they depend on all listening ports. */
	if (put && !s->seeding)
		sock_init_seeded_fd(thread_main(t), put);
}

void state_seed_end(struct state *s)
{
	for (uint32_t i = 0; i < s->threads.size; i++) {
		struct thread *t = s->threads.slots[i].t;

		if (!t || (t->flags & THREAD_INVALID))
			continue;
		thread_link(s, t);
		sock_init_seeded(t);
	}
	s->seeding = false;
}
