// SPDX-License-Identifier: Apache-2.0
/*
 * The lists of a capture, from the state.
 *
 * A block begins with its length, and the file is written forwards only: each list is walked twice,
 * first to count its bytes, then to write them.  The state does not change in between.
 */
#include <stdlib.h>
#include <string.h>

#include "source/capture.h"

enum { MACHINE = 0x201, PROCESSES = 0x215, FDS = 0x218, INTERFACES = 0x219, USERS = 0x220 };
/*
 * Limits of readers, in bytes.  Entries beyond BLOCK_MAX are left out.  ENTRY_MAX is enough for a
 * process with every text at its limit.
 */
enum {
	PATH_MAX_BYTES = 1024,
	LIST_MAX_BYTES = 4096,
	NAME_MAX_BYTES = 1023,
	USER_MAX_BYTES = 255,
	ENTRY_MAX = 32 << 10,
	BLOCK_MAX = 128 << 20
};

struct list {
	struct capture_writer *out;
	struct state *state;
	bool counting;
	uint32_t total; /* bytes of the entries so far */
	uint32_t n;	/* bytes of the current entry */
	uint8_t entry[ENTRY_MAX];
	struct thread *owner;	      /* the process whose descriptors are listed */
	uint8_t listening[65536 / 8]; /* bit set of ports with a listener */
};

/* ---- an entry ---- */

static void put(struct list *l, const void *p, size_t n)
{
	if (!n || n > ENTRY_MAX - l->n)
		return;
	memcpy(l->entry + l->n, p, n);
	l->n += (uint32_t)n;
}

#define put_number(l, type, v)           \
	do {                             \
		type v_ = (type)(v);     \
		put(l, &v_, sizeof(v_)); \
	} while (0)
#define put8(l, v) put_number(l, uint8_t, v)
#define put16(l, v) put_number(l, uint16_t, v)
#define put32(l, v) put_number(l, uint32_t, v)
#define put64(l, v) put_number(l, uint64_t, v)

static void put_text(struct list *l, struct str s, size_t limit)
{
	size_t n = s.n < limit ? s.n : limit;

	put16(l, n);
	put(l, s.p, n);
}

/* NUL-terminated strings back to back; also when truncated the last one ends with a NUL. */
static void put_strings(struct list *l, struct str s)
{
	put_text(l, s, LIST_MAX_BYTES);
	if (s.n)
		l->entry[l->n - 1] = 0;
}

/* counts_itself: the length at the start of the entry includes its own 4 bytes. */
static void entry_end(struct list *l, bool counts_itself)
{
	uint32_t length = l->n + (counts_itself ? 4 : 0), n = l->n;

	l->n = 0;
	if (n + 4 > BLOCK_MAX - l->total)
		return; /* both walks end at the same entry */
	l->total += n + 4;
	if (l->counting)
		return;
	capture_bytes(l->out, &length, sizeof(length));
	capture_bytes(l->out, l->entry, n);
}

static void list_write(struct list *l, uint32_t type, const void *front, uint32_t n_front,
		       void (*entries)(struct list *l))
{
	l->total = 0;
	l->counting = true;
	entries(l);
	capture_block(l->out, type, n_front + l->total);
	capture_bytes(l->out, front, n_front);
	l->total = 0;
	l->counting = false;
	entries(l);
	capture_block_end(l->out);
}

/* ---- the machine ---- */

static void machine_write(struct list *l)
{
	const struct machine *m = state_machine(l->state);

	put32(l, m->n_cpus);
	put64(l, m->memory);
	put64(l, m->max_pid);
	put(l, m->hostname, 128);
	put64(l, m->boot_ts);
	for (int i = 0; i < 3; i++)
		put64(l, 0);
	capture_block(l->out, MACHINE, l->n);
	capture_bytes(l->out, l->entry, l->n);
	capture_block_end(l->out);
	l->n = 0;
}

/* ---- interfaces ---- */

static void interface_entry(struct ip addr, struct ip mask, struct str name, void *arg)
{
	struct list *l = arg;
	size_t n = addr.v == 4 ? 4 : 16;
	struct ip broadcast = { 0 };

	for (size_t i = 0; addr.v == 4 && i < n; i++)
		broadcast.b[i] = (uint8_t)(addr.b[i] | ~mask.b[i]);
	if (name.n > NAME_MAX_BYTES)
		name.n = NAME_MAX_BYTES;
	put16(l, addr.v == 4 ? 1 : 2);
	put16(l, name.n);
	put(l, addr.b, n);
	put(l, mask.b, n);
	put(l, broadcast.b, n);
	put64(l, 0); /* link speed: unknown */
	put(l, name.p, name.n);
	entry_end(l, false);
}

static void interfaces(struct list *l)
{
	state_each_interface(l->state, interface_entry, l);
}

/* ---- users ---- */

static void user_entry(const struct user *u, bool group, struct str container, void *arg)
{
	struct list *l = arg;

	if (container.n)
		return;
	put8(l, group);
	if (!group)
		put32(l, u->uid);
	put32(l, u->gid);
	put_text(l, u->name, USER_MAX_BYTES);
	if (!group) {
		put_text(l, u->home, USER_MAX_BYTES);
		put_text(l, u->shell, USER_MAX_BYTES);
	}
	entry_end(l, true);
}

static void users(struct list *l)
{
	state_each_user(l->state, user_entry, l);
}

static void event_text(struct list *l, struct str s)
{
	put(l, s.p, s.n);
	put8(l, 0);
}

/*
 * An entry of the list cannot name a container: users of containers are written as the events that
 * announce them.
 */
static void container_user(const struct user *u, bool group, struct str container, void *arg)
{
	struct list *l = arg;
	const struct str texts[] = { u->name, u->home, u->shell };
	unsigned n = group ? 1 : 3, at = 0;
	uint16_t lens[6];
	struct event ev;

	if (!container.n || u->name.n + u->home.n + u->shell.n + container.n > ENTRY_MAX / 2)
		return;
	if (!group)
		lens[at++] = 4;
	lens[at++] = 4;
	for (unsigned i = 0; i < n; i++)
		lens[at++] = (uint16_t)(texts[i].n + 1);
	lens[at++] = (uint16_t)(container.n + 1);
	put64(l, state_first_ts(l->state));
	put64(l, -1);
	put32(l, 0);
	put16(l, group ? EV_groupadded : EV_useradded);
	put32(l, at);
	put(l, lens, at * sizeof(lens[0]));
	if (!group)
		put32(l, u->uid);
	put32(l, u->gid);
	for (unsigned i = 0; i < n; i++)
		event_text(l, texts[i]);
	event_text(l, container);
	memcpy(l->entry + 16, &l->n, sizeof(l->n));
	memset(&ev, 0, sizeof(ev));
	if (event_decode(&ev, l->entry, l->n) == EVENT_OK) {
		ev.state_only = true;
		capture_event(l->out, &ev);
	}
	l->n = 0;
}

/* ---- processes ---- */

/* Placeholders are not written: the reader creates its own for an unknown thread. */
static bool thread_is_listed(const struct thread *t)
{
	return !(t->flags & THREAD_INVALID);
}

static void process_core(struct list *l, const struct thread *t)
{
	const struct image *i = t->image;
	const struct thread *leader = t->leader ? t->leader : t;

	put64(l, t->tid);
	put64(l, t->pid);
	put64(l, t->ptid);
	put64(l, t->sid);
	put64(l, t->vpgid);
	put_text(l, i->comm, PATH_MAX_BYTES);
	put_text(l, i->exe, PATH_MAX_BYTES);
	put_text(l, i->exepath, PATH_MAX_BYTES);
	put_strings(l, i->args);
	put_text(l, leader->cwd, PATH_MAX_BYTES);
	put64(l, t->fd_limit);
	put32(l, t->pid != t->tid ? clone_flags_CLONE_THREAD | clone_flags_CLONE_FILES : 0);
	put32(l, t->uid);
	put32(l, t->gid);
	put32(l, t->vm_size);
	put32(l, t->vm_rss);
	put32(l, t->vm_swap);
	put64(l, t->pf_major);
	put64(l, t->pf_minor);
	put_strings(l, i->env);
	put64(l, t->vtid);
	put64(l, t->vpid);
	put_strings(l, t->cgroups->list);
	put_text(l, leader->root, PATH_MAX_BYTES);
}

static void process_entry(struct thread *t, void *arg)
{
	struct list *l = arg;
	const struct image *i = t->image;

	if (!thread_is_listed(t))
		return;
	process_core(l, t);
	put64(l, t->pidns_start_ts);
	put32(l, t->tty);
	put32(l, t->loginuid);
	put8(l, !!(i->exe_flags & execve_flags_EXE_WRITABLE));
	put64(l, t->cap_inheritable);
	put64(l, t->cap_permitted);
	put64(l, t->cap_effective);
	put8(l, !!(i->exe_flags & execve_flags_EXE_UPPER_LAYER));
	put64(l, i->exe_ino);
	put64(l, i->exe_ctime);
	put64(l, i->exe_mtime);
	put8(l, !!(i->exe_flags & execve_flags_EXE_FROM_MEMFD));
	put8(l, !!(i->exe_flags & execve_flags_EXE_LOWER_LAYER));
	put64(l, t->pgid);
	entry_end(l, true);
}

static void processes(struct list *l)
{
	state_each_thread(l->state, process_entry, l);
}

/* ---- descriptors ---- */

static size_t ip_bytes(const struct fd *fd)
{
	return fd->type == FD_IPV4_SOCK || fd->type == FD_IPV4_SERVER ? 4 : 16;
}

/* Whether readers exchange the two endpoints: the port of the first one has a listener. */
static bool reader_swaps(const struct list *l, const struct fd *fd)
{
	uint16_t port = fd->tuple.dest.port;

	return fd->type == FD_IPV4_SOCK && (fd->flags & FDF_ROLE_SERVER) &&
	       (l->listening[port / 8] & (1 << port % 8));
}

static void put_tuple(struct list *l, const struct fd *fd)
{
	bool swap = reader_swaps(l, fd);
	const struct endpoint *local = swap ? &fd->tuple.dest : &fd->tuple.source;
	const struct endpoint *remote = swap ? &fd->tuple.source : &fd->tuple.dest;

	put(l, local->ip.b, ip_bytes(fd));
	put(l, remote->ip.b, ip_bytes(fd));
	put16(l, local->port);
	put16(l, remote->port);
	put8(l, fd->l4);
}

static bool fd_entry(struct fd *fd, void *arg)
{
	struct list *l = arg;

	if (fd->type == FD_UNKNOWN || fd->type > FD_PIDFD)
		return true;
	put64(l, fd->num);
	put64(l, fd->ino);
	put8(l, fd->type == FD_FILE ? FD_FILE_V2 : fd->type);
	switch (fd->type) {
	case FD_IPV4_SOCK:
	case FD_IPV6_SOCK:
		put_tuple(l, fd);
		break;
	case FD_IPV4_SERVER:
	case FD_IPV6_SERVER:
		put(l, fd->tuple.dest.ip.b, ip_bytes(fd));
		put16(l, fd->tuple.dest.port);
		put8(l, fd->l4);
		break;
	case FD_UNIX:
		put64(l, fd->unix_sock.source);
		put64(l, fd->unix_sock.dest);
		put_text(l, fd->name, NAME_MAX_BYTES);
		break;
	case FD_FILE:
	case FD_FILE_V2:
		put32(l, fd->open_flags);
		put_text(l, fd->name, NAME_MAX_BYTES);
		put32(l, fd->dev);
		break;
	default:
		put_text(l, fd->name, NAME_MAX_BYTES);
	}
	entry_end(l, true);
	return true;
}

static void fds(struct list *l)
{
	fd_table_each(l->owner->fds, fd_entry, l);
}

static bool add_listening_port(struct fd *fd, void *arg)
{
	struct list *l = arg;
	uint16_t port = fd->tuple.dest.port;

	if (fd->type == FD_IPV4_SERVER || fd->type == FD_IPV6_SERVER)
		l->listening[port / 8] |= (uint8_t)(1 << port % 8);
	return true;
}

static void add_listening_ports(struct thread *t, void *arg)
{
	if (thread_is_listed(t))
		fd_table_each(t->fds, add_listening_port, arg);
}

static void fds_write(struct thread *t, void *arg)
{
	struct list *l = arg;
	uint64_t tid = (uint64_t)t->tid;

	if (!thread_is_listed(t) || !fd_table_count(t->fds))
		return;
	l->owner = t;
	list_write(l, FDS, &tid, sizeof(tid), fds);
}

bool capture_lists(struct capture_writer *out, struct state *state)
{
	struct list *l = calloc(1, sizeof(*l));

	if (!l)
		return false;
	l->out = out;
	l->state = state;
	machine_write(l);
	list_write(l, INTERFACES, NULL, 0, interfaces);
	list_write(l, USERS, NULL, 0, users);
	list_write(l, PROCESSES, NULL, 0, processes);
	state_each_thread(state, add_listening_ports, l);
	state_each_thread(state, fds_write, l);
	state_each_user(state, container_user, l);
	free(l);
	return true;
}
