// SPDX-License-Identifier: Apache-2.0
#include "source/lists.h"

#include <stdio.h>

#include "source/cursor.h"

enum { PATH_LIMIT = 1024, LIST_LIMIT = 4096, USER_LIMIT = 255, NAME_LIMIT = 1023, PADDING = 4 };

/* Writers cut long lists anywhere, but a list of strings ends in NUL. */
static struct str take_strings(struct cursor *c, const char *what)
{
	struct str s = take_text(c, LIST_LIMIT, what);

	if (s.n)
		((char *)s.p)[s.n - 1] = 0;
	return s;
}

static struct str take_path(struct cursor *c, const char *what)
{
	return take_text(c, PATH_LIMIT, what);
}

/* ---- processes ---- */

static void process_core(struct cursor *c, unsigned version, struct proc_seed *p)
{
	p->tid = (int64_t)take_u64(c, "tid");
	p->pid = (int64_t)take_u64(c, "pid");
	p->ptid = (int64_t)take_u64(c, "ptid");
	p->sid = version >= 6 ? (int64_t)take_u64(c, "sid") : -1;
	p->vpgid = version >= 8 ? (int64_t)take_u64(c, "vpgid") : -1;
	p->comm = take_path(c, "comm");
	p->exe = take_path(c, "exe");
	p->exepath = version >= 7 ? take_path(c, "exepath") : STR_NONE;
	p->args = take_strings(c, "args");
	p->cwd = take_path(c, "cwd");
	p->fd_limit = (int64_t)take_u64(c, "fdlimit");
	take_bytes(c, 4, "flags");
	p->uid = take_u32(c, "uid");
	p->gid = take_u32(c, "gid");
	if (version >= 2) {
		p->vm_size = take_u32(c, "vmsize");
		p->vm_rss = take_u32(c, "vmrss");
		p->vm_swap = take_u32(c, "vmswap");
		p->pf_major = take_u64(c, "pfmajor");
		p->pf_minor = take_u64(c, "pfminor");
	}
	p->env = version >= 3 ? take_strings(c, "env") : STR_NONE;
	p->vtid = version >= 4 ? (int64_t)take_u64(c, "vtid") : -1;
	p->vpid = version >= 4 ? (int64_t)take_u64(c, "vpid") : -1;
	p->cgroups = version >= 4 ? take_strings(c, "cgroups") : STR_NONE;
	p->root = version >= 5 ? take_path(c, "root") : STR_LIT("/");
}

/* Fields that came one by one: each is there if it still fits. */
static bool has(const struct cursor *c, size_t n)
{
	return !c->bad && cursor_left(c) >= n;
}

static void flag_if(struct cursor *c, struct proc_seed *p, uint32_t flag)
{
	if (has(c, 1) && take_u8(c, "exe flag"))
		p->exe_flags |= flag;
}

static void process_tail(struct cursor *c, struct proc_seed *p)
{
	/* quirk: these two were once inserted in front; only the length of the rest tells. */
	if (cursor_left(c) > 29) {
		p->pidns_start_ts = take_u64(c, "pidns_init_start_ts");
		p->tty = take_u32(c, "tty");
	}
	if (has(c, 4))
		p->loginuid = take_u32(c, "loginuid");
	flag_if(c, p, execve_flags_EXE_WRITABLE);
	if (has(c, 8))
		p->cap_inheritable = take_u64(c, "cap_inheritable");
	if (has(c, 8))
		p->cap_permitted = take_u64(c, "cap_permitted");
	if (has(c, 8))
		p->cap_effective = take_u64(c, "cap_effective");
	flag_if(c, p, execve_flags_EXE_UPPER_LAYER);
	if (has(c, 8))
		p->exe_ino = take_u64(c, "exe_ino");
	if (has(c, 8))
		p->exe_ctime = take_u64(c, "exe_ctime");
	if (has(c, 8))
		p->exe_mtime = take_u64(c, "exe_mtime");
	flag_if(c, p, execve_flags_EXE_FROM_MEMFD);
	flag_if(c, p, execve_flags_EXE_LOWER_LAYER);
	if (has(c, 8))
		p->pgid = (int64_t)take_u64(c, "pgid");
}

/*
 * An entry that carries its own length: a cursor over what follows it; more says how many bytes the
 * length leaves out.
 */
static struct cursor take_entry(struct cursor *list, uint32_t more)
{
	uint32_t n = take_u32(list, "entry length");
	uint8_t *p;

	if (list->bad)
		return *list;
	if (n < 4 - more || n - (4 - more) > cursor_left(list)) {
		cursor_fail(list, "entry length", n, 0);
		return *list;
	}
	n -= 4 - more;
	p = take_bytes(list, n, "entry");
	return cursor_of(p, n);
}

static void process_entry(struct cursor *list, unsigned version, struct state *state)
{
	struct proc_seed p = { .loginuid = UINT32_MAX, .pgid = -1 };
	struct cursor inner, *c = list;

	if (version >= 9) {
		inner = take_entry(list, 0);
		c = &inner;
	}
	process_core(c, version, &p);
	if (version >= 9 && !c->bad)
		process_tail(c, &p);
	if (c->bad && c != list)
		cursor_fail(list, c->bad, c->bad_len, c->bad_limit);
	if (!list->bad)
		state_seed_thread(state, &p);
}

/* ---- descriptors ---- */

static void take_ip(struct cursor *c, struct ip *ip, unsigned v, const char *what)
{
	size_t n = v == 4 ? 4 : 16;
	uint8_t *p = take_bytes(c, n, what);

	ip->v = (uint8_t)v;
	if (p)
		memcpy(ip->b, p, n);
}

static void fd_tuple(struct cursor *c, struct fd *fd, unsigned v, bool server)
{
	if (!server)
		take_ip(c, &fd->tuple.source.ip, v, "source address");
	take_ip(c, &fd->tuple.dest.ip, v, "destination address");
	if (!server)
		fd->tuple.source.port = take_u16(c, "source port");
	fd->tuple.dest.port = take_u16(c, "destination port");
	fd->l4 = take_u8(c, "l4 protocol");
	if (server)
		fd->flags |= FDF_ROLE_SERVER;
}

static void fd_details(struct cursor *c, unsigned version, struct fd *fd)
{
	switch (fd->type) {
	case FD_IPV4_SOCK:
	case FD_IPV4_SERVER:
		fd_tuple(c, fd, 4, fd->type == FD_IPV4_SERVER);
		break;
	case FD_IPV6_SOCK:
	case FD_IPV6_SERVER:
		fd_tuple(c, fd, 6, fd->type == FD_IPV6_SERVER);
		break;
	case FD_UNIX:
		fd->unix_sock.source = take_u64(c, "unix source");
		fd->unix_sock.dest = take_u64(c, "unix destination");
		fd->name = take_text(c, NAME_LIMIT, "name");
		break;
	case FD_FILE_V2:
		fd->open_flags = take_u32(c, "open_flags");
		fd->name = take_text(c, NAME_LIMIT, "name");
		if (version >= 2 && has(c, 4))
			fd->dev = take_u32(c, "dev");
		fd->type = FD_FILE;
		break;
	default:
		if (fd->type == FD_UNKNOWN || fd->type > FD_PIDFD) {
			if (version < 2)
				cursor_fail(c, "type", fd->type, 0);
			fd->type = FD_UNSUPPORTED;
			break;
		}
		fd->name = take_text(c, NAME_LIMIT, "name");
		break;
	}
}

static void fd_entry(struct cursor *list, unsigned version, struct state *state, int64_t tid)
{
	struct fd fd = { .flags = FDF_FROM_PROC, .name = STR_LIT(""), .name_raw = STR_LIT("") };
	struct cursor inner, *c = list;

	if (version >= 2) {
		inner = take_entry(list, 0);
		c = &inner;
	}
	fd.num = (int64_t)take_u64(c, "fd");
	fd.ino = take_u64(c, "ino");
	fd.type = take_u8(c, "type");
	if (!c->bad)
		fd_details(c, version, &fd);
	if (c->bad && c != list)
		cursor_fail(list, c->bad, c->bad_len, c->bad_limit);
	if (!list->bad)
		state_seed_fd(state, tid, &fd);
}

/* ---- interfaces and users ---- */

static void interface_entry(struct cursor *list, unsigned version, struct state *state)
{
	struct ip addr = { 0 }, netmask = { 0 }, broadcast = { 0 };
	struct cursor inner, *c = list;
	unsigned type, v, n;
	uint8_t *name;

	if (version >= 2) {
		inner = take_entry(list, 4);
		c = &inner;
	}
	type = take_u16(c, "type");
	n = take_u16(c, "name length");
	if (!c->bad && (type < 1 || type > 4))
		cursor_fail(c, "type", type, 4);
	if (n > NAME_LIMIT)
		cursor_fail(c, "name", n, NAME_LIMIT);
	v = type == 1 || type == 3 ? 4 : 6;
	take_ip(c, &addr, v, "address");
	take_ip(c, &netmask, v, "netmask");
	take_ip(c, &broadcast, v, "broadcast");
	if (type == 1 || type == 2)
		take_bytes(c, 8, "linkspeed");
	name = take_bytes(c, n, "name");
	if (c->bad && c != list)
		cursor_fail(list, c->bad, c->bad_len, c->bad_limit);
	if (!list->bad)
		state_seed_interface(state, addr, netmask, (struct str){ (const char *)name, n });
}

static void user_entry(struct cursor *list, unsigned version, struct state *state)
{
	struct cursor inner, *c = list;
	struct user u = { 0 };
	unsigned type;

	if (version >= 2) {
		inner = take_entry(list, 0);
		c = &inner;
	}
	type = take_u8(c, "type");
	u.uid = type == 0 ? take_u32(c, "uid") : 0;
	u.gid = take_u32(c, "gid");
	u.name = take_text(c, USER_LIMIT, "name");
	if (type == 0) {
		u.home = take_text(c, USER_LIMIT, "home");
		u.shell = take_text(c, USER_LIMIT, "shell");
	}
	if (c->bad && c != list)
		cursor_fail(list, c->bad, c->bad_len, c->bad_limit);
	if (list->bad)
		return;
	if (type == 0)
		state_seed_user(state, &u);
	else
		state_seed_group(state, u.gid, u.name);
}

/*
 * quirk: the whole 180 bytes are one structure whatever the block's length says; what follows is
 * ignored.
 */
static void machine_read(struct cursor *c, struct state *state)
{
	struct machine *m = state_machine(state);
	uint8_t *hostname;

	m->n_cpus = take_u32(c, "num_cpus");
	m->memory = take_u64(c, "memory size");
	m->max_pid = take_u64(c, "max pid");
	hostname = take_bytes(c, 128, "hostname");
	if (hostname) {
		memcpy(m->hostname, hostname, 128);
		m->hostname[128] = 0;
	}
	m->boot_ts = take_u64(c, "boot time");
	take_bytes(c, 24, "flags");
}

static const char *const list_names[] = {
	[BLOCK_machine] = "machine info", [BLOCK_processes] = "process list",
	[BLOCK_fds] = "descriptor list",  [BLOCK_interfaces] = "interface list",
	[BLOCK_users] = "user list",
};

static bool list_failed(const struct block *b, const struct cursor *c, unsigned entry, char *why,
			size_t why_size)
{
	char where[32] = "";

	if (b->kind != BLOCK_machine)
		snprintf(where, sizeof(where), " entry %u", entry);
	if (c->bad_limit)
		snprintf(why, why_size, "%s%s: %s of %u exceeds %u", list_names[b->kind], where,
			 c->bad, c->bad_len, c->bad_limit);
	else
		snprintf(why, why_size, "%s%s: %s: %u exceeds block", list_names[b->kind], where,
			 c->bad, c->bad_len);
	return false;
}

bool lists_read(struct state *state, struct block *b, uint64_t *at, char *why, size_t why_size)
{
	struct cursor c = cursor_of(b->body, b->len);
	unsigned entry = 0;
	uint8_t *start = c.at;
	int64_t tid = 0;

	if (b->kind == BLOCK_machine)
		machine_read(&c, state);
	if (b->kind == BLOCK_fds)
		tid = (int64_t)take_u64(&c, "tid");
	while (!c.bad && b->kind != BLOCK_machine && cursor_left(&c) >= PADDING) {
		entry++;
		start = c.at;
		if (b->kind == BLOCK_processes)
			process_entry(&c, b->version, state);
		else if (b->kind == BLOCK_fds)
			fd_entry(&c, b->version, state, tid);
		else if (b->kind == BLOCK_interfaces)
			interface_entry(&c, b->version, state);
		else
			user_entry(&c, b->version, state);
	}
	if (!c.bad)
		return true;
	*at += BLOCK_HEADER + (uint64_t)(start - b->body);
	return list_failed(b, &c, entry, why, why_size);
}
