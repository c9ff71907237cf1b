// SPDX-License-Identifier: Apache-2.0
/* Reads the processes and descriptors of a rule test. */
#include "tools/fixture.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/macros.h"
#include "event/flags.h"

static bool fail(struct fixture *s, const struct tree_node *at, struct str why)
{
	s->at = at;
	s->why = why;
	return false;
}

/* ---- attributes of a process ---- */

enum attribute_kind {
	FACT_TEXT,
	FACT_LIST,
	FACT_NUM64,
	FACT_NUM32,
	FACT_CONTAINER,
	FACT_FLAGS,
	FACT_NAME
};

static const struct attribute {
	const char *key;
	enum attribute_kind kind;
	size_t at;
} facts[] = {
#define SEED(key, kind, member)                               \
	{                                                     \
		key, kind, offsetof(struct proc_seed, member) \
	}
	SEED("name", FACT_TEXT, comm),
	SEED("exe", FACT_TEXT, exe),
	SEED("exepath", FACT_TEXT, exepath),
	SEED("cwd", FACT_TEXT, cwd),
	SEED("args", FACT_LIST, args),
	SEED("env", FACT_LIST, env),
	SEED("container", FACT_CONTAINER, cgroups),
	SEED("cgroups", FACT_LIST, cgroups),
	SEED("flags", FACT_FLAGS, exe_flags),
	SEED("uid", FACT_NUM32, uid),
	SEED("gid", FACT_NUM32, gid),
	SEED("loginuid", FACT_NUM32, loginuid),
	SEED("tty", FACT_NUM32, tty),
	SEED("vpid", FACT_NUM64, vpid),
	SEED("sid", FACT_NUM64, sid),
	SEED("pgid", FACT_NUM64, pgid),
	SEED("cap_effective", FACT_NUM64, cap_effective),
	SEED("cap_permitted", FACT_NUM64, cap_permitted),
	SEED("cap_inheritable", FACT_NUM64, cap_inheritable),
#undef SEED
	{ "user", FACT_NAME, offsetof(struct fixture, user) },
	{ "group", FACT_NAME, offsetof(struct fixture, group) },
};

static struct str list_text(struct arena *a, const struct tree_node *n)
{
	struct buf b = { 0 };
	struct str s;

	for (unsigned i = 0; i < n->n; i++) {
		buf_str(&b, n->items[i]->text);
		buf_char(&b, 0);
	}
	s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

/* A cgroup path as Docker's, with the id padded to 64 digits. */
static struct str container_cgroups(struct arena *a, struct str id)
{
	static const char zeros[] =
		"0000000000000000000000000000000000000000000000000000000000000000";
	int n = id.n < 64 ? (int)id.n : 64;

	return (struct str){ arena_printf(a, "cpu=/docker/%.*s%.*s", n, id.p, 64 - n, zeros).p,
			     12 + 64 + 1 };
}

static bool is_container_id(struct str id)
{
	for (size_t i = 0; i < id.n; i++) {
		if (!memchr("0123456789abcdef", id.p[i], 16))
			return false;
	}
	return id.n >= 12 && id.n <= 64;
}

static bool read_number(const struct tree_node *n, int64_t *out)
{
	char text[32], *end;

	if (!n->text.n || n->text.n >= sizeof(text))
		return false;
	memcpy(text, n->text.p, n->text.n);
	text[n->text.n] = 0;
	*out = strtoll(text, &end, 0);
	return !*end;
}

static bool read_flags(struct str s, uint32_t *out)
{
	unsigned n = 0;
	const struct flag_name *names = flags_table(SHOW_execve_flags, &n);

	for (*out = 0; s.n;) {
		const char *bar = memchr(s.p, '|', s.n);
		struct str word = { s.p, bar ? (size_t)(bar - s.p) : s.n };
		unsigned i = 0;

		while (i < n && !str_is(word, names[i].name))
			i++;
		if (i == n)
			return false;
		*out |= names[i].value;
		s = str_skip(s, word.n + (bar != NULL));
	}
	return true;
}

static bool all_scalars(const struct tree_node *n)
{
	for (unsigned i = 0; i < n->n; i++) {
		if (n->items[i]->kind != TREE_SCALAR ||
		    (n->items[i]->text.n && memchr(n->items[i]->text.p, 0, n->items[i]->text.n)))
			return false;
	}
	return n->kind == TREE_LIST;
}

static bool read_attribute(struct fixture *s, const struct attribute *f,
			   const struct tree_node *value, struct proc_seed *p)
{
	char *at = (f->kind == FACT_NAME ? (char *)s : (char *)p) + f->at;
	int64_t v;

	if (f->kind == FACT_LIST) {
		if (!all_scalars(value))
			return fail(s, value,
				    arena_printf(s->arena, "'%s' takes a list of texts", f->key));
		*(struct str *)at = list_text(s->arena, value);
		return true;
	}
	if (value->kind != TREE_SCALAR)
		return fail(s, value, arena_printf(s->arena, "'%s' takes one value", f->key));
	switch (f->kind) {
	case FACT_TEXT:
	case FACT_NAME:
		*(struct str *)at = value->text;
		return true;
	case FACT_CONTAINER:
		if (!is_container_id(value->text))
			return fail(s, value,
				    STR_LIT("a container id has 12 to 64 hexadecimal digits"));
		*(struct str *)at = container_cgroups(s->arena, value->text);
		return true;
	case FACT_FLAGS:
		return read_flags(value->text, (uint32_t *)at) ||
		       fail(s, value,
			    STR_LIT("'flags' are EXE_WRITABLE, EXE_UPPER_LAYER, EXE_FROM_MEMFD, EXE_LOWER_LAYER"));
	default:
		if (!read_number(value, &v))
			return fail(s, value, arena_printf(s->arena, "'%s' takes a number", f->key));
		if (f->kind == FACT_NUM64)
			*(int64_t *)at = v;
		else
			*(uint32_t *)at = (uint32_t)v;
		return true;
	}
}

static void default_process(struct proc_seed *p, int64_t tid)
{
	*p = (struct proc_seed){
		.tid = tid,
		.pid = tid,
		.vtid = tid,
		.vpid = tid,
		.pgid = tid,
		.vpgid = tid,
		.sid = tid,
		.ptid = tid - 1,
		.comm = STR_LIT("test"),
		.cwd = STR_LIT("/"),
		.root = STR_LIT("/"),
		.fd_limit = 1024,
		.loginuid = UINT32_MAX,
		.clone_ts = 1,
	};
}

/* A name, or a map of attributes. */
static bool read_process(struct fixture *s, const struct tree_node *n, struct proc_seed *p)
{
	if (n && n->kind == TREE_SCALAR)
		p->comm = n->text;
	else if (n && n->kind != TREE_MAP)
		return fail(s, n, STR_LIT("a process is a name or a map of attributes"));
	for (unsigned i = 0; n && n->kind == TREE_MAP && i < n->n; i++) {
		size_t k = 0;

		while (k < ARRAY_SIZE(facts) && !str_is(n->keys[i]->text, facts[k].key))
			k++;
		if (k == ARRAY_SIZE(facts))
			return fail(s, n->keys[i],
				    arena_printf(s->arena, "unknown attribute '%.*s' of a process",
						 STR_ARGS(n->keys[i]->text)));
		if (!read_attribute(s, &facts[k], n->items[i], p))
			return false;
	}
	if (!p->exe.p)
		p->exe = p->comm;
	if (!p->exepath.p)
		p->exepath = arena_printf(s->arena, "/usr/bin/%.*s", STR_ARGS(p->comm));
	p->vtid = p->vpid;
	if (p->comm.n > 15)
		p->comm.n = 15; /* as in the kernel */
	return true;
}

/* ---- descriptors ---- */

static const struct {
	const char *word;
	uint8_t type, l4;
} fd_words[] = {
	{ "tcp", FD_IPV4_SOCK, L4_TCP },      { "udp", FD_IPV4_SOCK, L4_UDP },
	{ "tcp6", FD_IPV6_SOCK, L4_TCP },     { "udp6", FD_IPV6_SOCK, L4_UDP },
	{ "raw", FD_IPV4_SOCK, L4_RAW },      { "icmp", FD_IPV4_SOCK, L4_ICMP },
	{ "unix", FD_UNIX, L4_NA },	      { "pipe", FD_FIFO, L4_NA },
	{ "netlink", FD_NETLINK, L4_NA },     { "memfd", FD_MEMFD, L4_NA },
	{ "directory", FD_DIRECTORY, L4_NA }, { "file", FD_FILE, L4_NA },
};

/*
 * "tcp", "tcp 10.0.0.1:1234->10.0.0.2:80", "tcp 0.0.0.0:80" (listening), "directory /etc",
 * "/etc/passwd".
 */
static bool read_fd(struct fd *fd, struct str s)
{
	const char *blank = s.n ? memchr(s.p, ' ', s.n) : NULL;
	struct str word = { s.p, blank ? (size_t)(blank - s.p) : s.n },
		   rest = str_skip(s, word.n + 1);
	size_t i = 0;

	fd->name = fd->name_raw = rest.n ? rest : STR_LIT("");
	if (s.n && s.p[0] == '/') {
		fd->type = FD_FILE;
		fd->name = fd->name_raw = s;
		return true;
	}
	while (i < ARRAY_SIZE(fd_words) && !str_is(word, fd_words[i].word))
		i++;
	if (i == ARRAY_SIZE(fd_words))
		return false;
	fd->type = fd_words[i].type;
	fd->l4 = fd_words[i].l4;
	if (!fd_is_ip(fd))
		return true;
	fd->tuple.source.ip.v = fd->tuple.dest.ip.v = fd->type == FD_IPV4_SOCK ? 4 : 6;
	if (!rest.n)
		return true;
	if (compose_tuple(rest, &fd->tuple.source, &fd->tuple.dest)) {
		fd->type = fd->tuple.dest.ip.v == 4 ? FD_IPV4_SOCK : FD_IPV6_SOCK;
		fd->flags = FDF_CONNECTED | FDF_ROLE_CLIENT;
		return true;
	}
	fd->flags = FDF_ROLE_SERVER;
	fd->type = fd->type == FD_IPV4_SOCK ? FD_IPV4_SERVER : FD_IPV6_SERVER;
	return compose_sock_end(rest, &fd->tuple.dest);
}

static bool read_fds(struct fixture *s, const struct tree_node *n)
{
	if (!n || n->kind == TREE_NULL)
		return true;
	if (n->kind != TREE_MAP)
		return fail(s, n, STR_LIT("'fds' is a map of numbers to descriptors"));
	s->fds = arena_array(s->arena, struct fd, n->n + 1);
	for (unsigned i = 0; i < n->n; i++) {
		struct fd *fd = &s->fds[s->n_fds++];

		if (!read_number(n->keys[i], &fd->num) || fd->num < 0)
			return fail(s, n->keys[i], STR_LIT("a descriptor's number is expected"));
		if (n->items[i]->kind != TREE_SCALAR || !read_fd(fd, n->items[i]->text))
			return fail(s, n->items[i],
				    STR_LIT("a descriptor is a path, or a kind (tcp, udp, tcp6, udp6, raw, icmp, unix, "
					    "pipe, netlink, memfd, directory, file) and its addresses or name"));
	}
	return true;
}

static bool read_addresses(struct fixture *s, const struct tree_node *n)
{
	if (!n || n->kind == TREE_NULL)
		return true;
	if (n->kind != TREE_LIST)
		return fail(s, n, STR_LIT("'addresses' is a list of this machine's IP addresses"));
	s->addresses = arena_array(s->arena, struct ip, n->n + 1);
	for (unsigned i = 0; i < n->n; i++) {
		if (n->items[i]->kind != TREE_SCALAR ||
		    !compose_ip(n->items[i]->text, &s->addresses[s->n_addresses++]))
			return fail(s, n->items[i], STR_LIT("an IP address is expected"));
	}
	return true;
}

static bool read_ancestors(struct fixture *s, const struct tree_node *list)
{
	struct str user = s->user, group = s->group;
	unsigned n = list && list->kind == TREE_LIST ? list->n : 0;

	if (list && list->kind != TREE_LIST && list->kind != TREE_NULL)
		return fail(s, list,
			    STR_LIT("'ancestors' is a list of processes, the parent first"));
	if (n > FIXTURE_ANCESTORS)
		return fail(s, list, STR_LIT("too many ancestors"));
	s->n_ancestors = n;
	if (!n)
		s->process.ptid = 1;
	for (unsigned i = 0; i < n; i++) {
		default_process(&s->ancestors[i], FIXTURE_TID - 1 - (int)i);
		if (i == n - 1)
			s->ancestors[i].ptid = 1;
		if (!read_process(s, list->items[i], &s->ancestors[i]))
			return false;
		/* user and group apply to the process, not to its ancestors. */
		s->user = user;
		s->group = group;
	}
	return true;
}

bool fixture_read(struct fixture *s, const struct tree_node *test)
{
	default_process(&s->process, FIXTURE_TID);
	return read_ancestors(s, tree_get(test, "ancestors")) &&
	       read_process(s, tree_get(test, "process"), &s->process) &&
	       read_fds(s, tree_get(test, "fds")) && read_addresses(s, tree_get(test, "addresses"));
}

/* ---- into a state ---- */

void fixture_seed(const struct fixture *s, struct state *state)
{
	struct proc_seed init;

	default_process(&init, 1);
	init.ptid = 0;
	init.comm = init.exe = STR_LIT("init");
	init.exepath = STR_LIT("/sbin/init");
	state_seed_thread(state, &init);
	for (unsigned i = s->n_ancestors; i-- > 0;)
		state_seed_thread(state, &s->ancestors[i]);
	state_seed_thread(state, &s->process);
	state_seed_user(state, &(struct user){ .name = STR_LIT("root"),
					       .home = STR_LIT("/root"),
					       .shell = STR_LIT("/bin/sh") });
	state_seed_group(state, 0, STR_LIT("root"));
	if (s->user.p)
		state_seed_user(state, &(struct user){
					       .uid = s->process.uid,
					       .gid = s->process.gid,
					       .name = s->user,
					       .home = STR_LIT("/"),
					       .shell = STR_LIT("/bin/sh"),
				       });
	if (s->group.p)
		state_seed_group(state, s->process.gid, s->group);
	for (unsigned i = 0; i < s->n_addresses; i++)
		state_seed_interface(state, s->addresses[i], (struct ip){ .v = s->addresses[i].v },
				     STR_LIT("eth0"));
	for (unsigned i = 0; i < s->n_fds; i++)
		state_seed_fd(state, FIXTURE_TID, &s->fds[i]);
	state_seed_end(state);
}

void fixture_exec_params(const struct fixture *s, struct composed *r)
{
	const struct proc_seed *p = &s->process;

	compose_default_text(r, "exe", p->exe);
	compose_default_list(r, "args", p->args);
	compose_default_num(r, "tid", p->tid);
	compose_default_num(r, "pid", p->pid);
	compose_default_num(r, "ptid", p->ptid);
	compose_default_text(r, "cwd", p->cwd);
	compose_default_num(r, "fdlimit", p->fd_limit);
	compose_default_text(r, "comm", p->comm);
	compose_default_list(r, "cgroups", p->cgroups);
	compose_default_list(r, "env", p->env);
	compose_default_num(r, "tty", p->tty);
	compose_default_num(r, "vpgid", p->vpgid);
	compose_default_num(r, "pgid", p->pgid);
	compose_default_num(r, "loginuid", p->loginuid);
	compose_default_num(r, "flags", p->exe_flags);
	compose_default_num(r, "cap_inheritable", (int64_t)p->cap_inheritable);
	compose_default_num(r, "cap_permitted", (int64_t)p->cap_permitted);
	compose_default_num(r, "cap_effective", (int64_t)p->cap_effective);
	compose_default_num(r, "uid", p->uid);
	compose_default_num(r, "gid", p->gid);
	compose_default_text(r, "trusted_exepath", p->exepath);
	compose_default_text(r, "filename", p->exepath);
}
