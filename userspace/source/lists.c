// SPDX-License-Identifier: Apache-2.0
/*
 * Reads the lists of a capture, in all versions: userspace/doc/capture-format.md.
 *
 * In: the bytes of a block.  Out: seeds for state/.
 */
#include "source/lists.h"

#include <stdio.h>

#include "source/unpack.h"

enum { PATH_LIMIT = 1024, LIST_LIMIT = 4096, USER_LIMIT = 255, NAME_LIMIT = 1023, PADDING = 4 };

/* A writer may truncate a long list of strings anywhere: the last byte becomes a NUL. */
static struct str unpack_strings(struct unpack *c, const char *what)
{
	struct str s = unpack_text(c, LIST_LIMIT, what);

	if (s.n)
		((char *)s.p)[s.n - 1] = 0;
	return s;
}

static struct str unpack_path(struct unpack *c, const char *what)
{
	return unpack_text(c, PATH_LIMIT, what);
}

/* ---- processes ---- */

static void process_core(struct unpack *c, unsigned version, struct proc_seed *p)
{
	p->tid = (int64_t)unpack_u64(c, "tid");
	p->pid = (int64_t)unpack_u64(c, "pid");
	p->ptid = (int64_t)unpack_u64(c, "ptid");
	p->sid = version >= 6 ? (int64_t)unpack_u64(c, "sid") : -1;
	p->vpgid = version >= 8 ? (int64_t)unpack_u64(c, "vpgid") : -1;
	p->comm = unpack_path(c, "comm");
	p->exe = unpack_path(c, "exe");
	p->exepath = version >= 7 ? unpack_path(c, "exepath") : STR_NONE;
	p->args = unpack_strings(c, "args");
	p->cwd = unpack_path(c, "cwd");
	p->fd_limit = (int64_t)unpack_u64(c, "fdlimit");
	unpack_bytes(c, 4, "flags");
	p->uid = unpack_u32(c, "uid");
	p->gid = unpack_u32(c, "gid");
	if (version >= 2) {
		p->vm_size = unpack_u32(c, "vmsize");
		p->vm_rss = unpack_u32(c, "vmrss");
		p->vm_swap = unpack_u32(c, "vmswap");
		p->pf_major = unpack_u64(c, "pfmajor");
		p->pf_minor = unpack_u64(c, "pfminor");
	}
	p->env = version >= 3 ? unpack_strings(c, "env") : STR_NONE;
	p->vtid = version >= 4 ? (int64_t)unpack_u64(c, "vtid") : -1;
	p->vpid = version >= 4 ? (int64_t)unpack_u64(c, "vpid") : -1;
	p->cgroups = version >= 4 ? unpack_strings(c, "cgroups") : STR_NONE;
	p->root = version >= 5 ? unpack_path(c, "root") : STR_LIT("/");
}

/*
 * Later versions added fields one by one, without a version number: a field is present if it fits.
 */
static bool fits(const struct unpack *c, size_t n)
{
	return !c->bad && unpack_left(c) >= n;
}

static void exe_flag(struct unpack *c, struct proc_seed *p, uint32_t flag)
{
	if (fits(c, 1) && unpack_u8(c, "exe flag"))
		p->exe_flags |= flag;
}

static void process_added(struct unpack *c, struct proc_seed *p)
{
	/*
	 * quirk: these two were inserted before the others; only the number of bytes left shows it.
	 */
	if (unpack_left(c) > 29) {
		p->pidns_start_ts = unpack_u64(c, "pidns_init_start_ts");
		p->tty = unpack_u32(c, "tty");
	}
	if (fits(c, 4))
		p->loginuid = unpack_u32(c, "loginuid");
	exe_flag(c, p, execve_flags_EXE_WRITABLE);
	if (fits(c, 8))
		p->cap_inheritable = unpack_u64(c, "cap_inheritable");
	if (fits(c, 8))
		p->cap_permitted = unpack_u64(c, "cap_permitted");
	if (fits(c, 8))
		p->cap_effective = unpack_u64(c, "cap_effective");
	exe_flag(c, p, execve_flags_EXE_UPPER_LAYER);
	if (fits(c, 8))
		p->exe_ino = unpack_u64(c, "exe_ino");
	if (fits(c, 8))
		p->exe_ctime = unpack_u64(c, "exe_ctime");
	if (fits(c, 8))
		p->exe_mtime = unpack_u64(c, "exe_mtime");
	exe_flag(c, p, execve_flags_EXE_FROM_MEMFD);
	exe_flag(c, p, execve_flags_EXE_LOWER_LAYER);
	if (fits(c, 8))
		p->pgid = (int64_t)unpack_u64(c, "pgid");
}

/*
 * An entry with a length: its bytes after the length.  more: bytes of the entry that its length
 * does not count.
 */
static struct unpack unpack_entry(struct unpack *list, uint32_t more)
{
	uint32_t n = unpack_u32(list, "entry length");
	uint8_t *p;

	if (list->bad)
		return *list;
	if (n < 4 - more || n - (4 - more) > unpack_left(list)) {
		unpack_fail(list, "entry length", n, 0);
		return *list;
	}
	n -= 4 - more;
	p = unpack_bytes(list, n, "entry");
	return unpack_start(p, n);
}

static void process_entry(struct unpack *list, unsigned version, struct state *state)
{
	struct proc_seed p = { .loginuid = UINT32_MAX, .pgid = -1 };
	struct unpack inner, *c = list;

	if (version >= 9) {
		inner = unpack_entry(list, 0);
		c = &inner;
	}
	process_core(c, version, &p);
	if (version >= 9 && !c->bad)
		process_added(c, &p);
	if (c->bad && c != list)
		unpack_fail(list, c->bad, c->bad_len, c->bad_limit);
	if (!list->bad)
		state_seed_thread(state, &p);
}

/* ---- descriptors ---- */

static void unpack_ip(struct unpack *c, struct ip *ip, unsigned v, const char *what)
{
	size_t n = v == 4 ? 4 : 16;
	uint8_t *p = unpack_bytes(c, n, what);

	ip->v = (uint8_t)v;
	if (p)
		memcpy(ip->b, p, n);
}

static void fd_tuple(struct unpack *c, struct fd *fd, unsigned v, bool server)
{
	if (!server)
		unpack_ip(c, &fd->tuple.source.ip, v, "source address");
	unpack_ip(c, &fd->tuple.dest.ip, v, "destination address");
	if (!server)
		fd->tuple.source.port = unpack_u16(c, "source port");
	fd->tuple.dest.port = unpack_u16(c, "destination port");
	fd->l4 = unpack_u8(c, "l4 protocol");
	if (server)
		fd->flags |= FDF_ROLE_SERVER;
}

static void fd_details(struct unpack *c, unsigned version, struct fd *fd)
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
		fd->unix_sock.source = unpack_u64(c, "unix source");
		fd->unix_sock.dest = unpack_u64(c, "unix destination");
		fd->name = unpack_text(c, NAME_LIMIT, "name");
		break;
	case FD_FILE_V2:
		fd->open_flags = unpack_u32(c, "open_flags");
		fd->name = unpack_text(c, NAME_LIMIT, "name");
		if (version >= 2 && fits(c, 4))
			fd->dev = unpack_u32(c, "dev");
		fd->type = FD_FILE;
		break;
	default:
		if (fd->type == FD_UNKNOWN || fd->type > FD_PIDFD) {
			if (version < 2)
				unpack_fail(c, "type", fd->type, 0);
			fd->type = FD_UNSUPPORTED;
			break;
		}
		fd->name = unpack_text(c, NAME_LIMIT, "name");
		break;
	}
}

static void fd_entry(struct unpack *list, unsigned version, struct state *state, int64_t tid)
{
	struct fd fd = { .flags = FDF_FROM_PROC, .name = STR_LIT(""), .name_raw = STR_LIT("") };
	struct unpack inner, *c = list;

	if (version >= 2) {
		inner = unpack_entry(list, 0);
		c = &inner;
	}
	fd.num = (int64_t)unpack_u64(c, "fd");
	fd.ino = unpack_u64(c, "ino");
	fd.type = unpack_u8(c, "type");
	if (!c->bad)
		fd_details(c, version, &fd);
	if (c->bad && c != list)
		unpack_fail(list, c->bad, c->bad_len, c->bad_limit);
	if (!list->bad)
		state_seed_fd(state, tid, &fd);
}

/* ---- interfaces and users ---- */

static void interface_entry(struct unpack *list, unsigned version, struct state *state)
{
	struct ip addr = { 0 }, netmask = { 0 }, broadcast = { 0 };
	struct unpack inner, *c = list;
	unsigned type, v, n;
	uint8_t *name;

	if (version >= 2) {
		inner = unpack_entry(list, 4);
		c = &inner;
	}
	type = unpack_u16(c, "type");
	n = unpack_u16(c, "name length");
	if (!c->bad && (type < 1 || type > 4))
		unpack_fail(c, "type", type, 4);
	if (n > NAME_LIMIT)
		unpack_fail(c, "name", n, NAME_LIMIT);
	v = type == 1 || type == 3 ? 4 : 6;
	unpack_ip(c, &addr, v, "address");
	unpack_ip(c, &netmask, v, "netmask");
	unpack_ip(c, &broadcast, v, "broadcast");
	if (type == 1 || type == 2)
		unpack_bytes(c, 8, "linkspeed");
	name = unpack_bytes(c, n, "name");
	if (c->bad && c != list)
		unpack_fail(list, c->bad, c->bad_len, c->bad_limit);
	if (!list->bad)
		state_seed_interface(state, addr, netmask, (struct str){ (const char *)name, n });
}

static void user_entry(struct unpack *list, unsigned version, struct state *state)
{
	struct unpack inner, *c = list;
	struct user u = { 0 };
	unsigned type;

	if (version >= 2) {
		inner = unpack_entry(list, 0);
		c = &inner;
	}
	type = unpack_u8(c, "type");
	u.uid = type == 0 ? unpack_u32(c, "uid") : 0;
	u.gid = unpack_u32(c, "gid");
	u.name = unpack_text(c, USER_LIMIT, "name");
	if (type == 0) {
		u.home = unpack_text(c, USER_LIMIT, "home");
		u.shell = unpack_text(c, USER_LIMIT, "shell");
	}
	if (c->bad && c != list)
		unpack_fail(list, c->bad, c->bad_len, c->bad_limit);
	if (list->bad)
		return;
	if (type == 0)
		state_seed_user(state, &u);
	else
		state_seed_group(state, u.gid, u.name);
}

/*
 * quirk: a fixed structure of 180 bytes, whatever the length of the block; the rest is ignored.
 */
static void machine_read(struct unpack *c, struct state *state)
{
	struct machine *m = state_machine(state);
	uint8_t *hostname;

	m->n_cpus = unpack_u32(c, "num_cpus");
	m->memory = unpack_u64(c, "memory size");
	m->max_pid = unpack_u64(c, "max pid");
	hostname = unpack_bytes(c, 128, "hostname");
	if (hostname) {
		memcpy(m->hostname, hostname, 128);
		m->hostname[128] = 0;
	}
	m->boot_ts = unpack_u64(c, "boot time");
	unpack_bytes(c, 24, "flags");
}

static const char *const list_names[] = {
	[BLOCK_machine] = "machine info", [BLOCK_processes] = "process list",
	[BLOCK_fds] = "descriptor list",  [BLOCK_interfaces] = "interface list",
	[BLOCK_users] = "user list",
};

static bool list_failed(const struct block *b, const struct unpack *c, unsigned entry, char *why,
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
	struct unpack c = unpack_start(b->body, b->len);
	unsigned entry = 0;
	uint8_t *start = c.at;
	int64_t tid = 0;

	if (b->kind == BLOCK_machine)
		machine_read(&c, state);
	if (b->kind == BLOCK_fds)
		tid = (int64_t)unpack_u64(&c, "tid");
	while (!c.bad && b->kind != BLOCK_machine && unpack_left(&c) >= PADDING) {
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
