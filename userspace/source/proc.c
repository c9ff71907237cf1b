// SPDX-License-Identifier: Apache-2.0
/*
 * Reads the processes that exist before the first event.
 *
 * In: /proc.  Out: seeds for state/: every thread, and the image, limits and descriptors of its
 * process, as the driver would have reported them.  A process that exits while it is read is left
 * out.
 */
#include "source/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/macros.h"
#include "source/procexe.h"
#include "source/source.h"

/* ---- small files ---- */

ssize_t proc_read(int dir, const char *name, char *text, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t fill = 0;
	ssize_t got;

	*text = 0;
	if (fd < 0)
		return -1;
	while (fill < size - 1 && (got = read(fd, text + fill, size - 1 - fill)) > 0)
		fill += (size_t)got;
	close(fd);
	text[fill] = 0;
	return (ssize_t)fill;
}

struct str proc_link(int dir, const char *name, char *text, size_t size)
{
	ssize_t n = readlinkat(dir, name, text, size - 1);

	if (n < 0)
		return STR_NONE;
	text[n] = 0;
	return (struct str){ text, (size_t)n };
}

uint64_t proc_link_number(struct str link)
{
	const char *at = link.n ? strchr(link.p, '[') : NULL;

	return at ? strtoull(at + 1, NULL, 10) : 0;
}

static uint64_t clock_of(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

uint64_t proc_clock(void)
{
	return clock_of(CLOCK_MONOTONIC);
}

/* ---- one thread ---- */

/* "pid (comm) S ppid pgrp session tty ...": comm may have any bytes, and ends at the last ")". */
static bool stat_parse(struct proc *p, char *text, struct proc_seed *s)
{
	enum { PGRP = 2, TTY = 4, MINOR_FAULTS = 7, MAJOR_FAULTS = 9, STARTED = 19, FIELDS = 20 };
	char *open = strchr(text, '('), *close = strrchr(text, ')'), *at;
	long long field[FIELDS] = { 0 };

	if (!open || !close || close < open)
		return false;
	s->comm = (struct str){ open + 1, (size_t)(close - open - 1) };
	at = close;
	for (unsigned i = 0; i < FIELDS; i++) {
		at = strchr(at, ' ');
		if (!at)
			return false;
		field[i] = strtoll(++at, NULL, 10);
	}
	s->pgid = field[PGRP];
	s->sid = field[PGRP + 1];
	s->tty = (uint32_t)field[TTY];
	s->pf_minor = (uint64_t)field[MINOR_FAULTS];
	s->pf_major = (uint64_t)field[MAJOR_FAULTS];
	s->clone_ts = p->boot_ts + (uint64_t)field[STARTED] * p->tick_ns;
	return true;
}

enum status_key {
	STATUS_tgid,
	STATUS_ppid,
	STATUS_euid,
	STATUS_egid,
	STATUS_vtgid,
	STATUS_vtid,
	STATUS_vpgid,
	STATUS_vsid,
	STATUS_vm_size,
	STATUS_vm_rss,
	STATUS_vm_swap,
	STATUS_cap_inh,
	STATUS_cap_prm,
	STATUS_cap_eff,
	STATUS_KEYS,
};

enum { LAST = 255 }; /* pick: the last number, of the innermost pid namespace */

static const struct {
	const char *key;
	uint8_t base, pick;
} status_keys[STATUS_KEYS] = {
	[STATUS_tgid] = { "Tgid:", 10, 0 },	  [STATUS_ppid] = { "PPid:", 10, 0 },
	[STATUS_euid] = { "Uid:", 10, 1 },	  [STATUS_egid] = { "Gid:", 10, 1 },
	[STATUS_vtgid] = { "NStgid:", 10, LAST }, [STATUS_vtid] = { "NSpid:", 10, LAST },
	[STATUS_vpgid] = { "NSpgid:", 10, LAST }, [STATUS_vsid] = { "NSsid:", 10, LAST },
	[STATUS_vm_size] = { "VmSize:", 10, 0 },  [STATUS_vm_rss] = { "VmRSS:", 10, 0 },
	[STATUS_vm_swap] = { "VmSwap:", 10, 0 },  [STATUS_cap_inh] = { "CapInh:", 16, 0 },
	[STATUS_cap_prm] = { "CapPrm:", 16, 0 },  [STATUS_cap_eff] = { "CapEff:", 16, 0 },
};

static uint64_t number_pick(const char *at, unsigned base, unsigned pick, unsigned *count)
{
	uint64_t v = 0;
	char *stop;

	for (*count = 0; *count <= pick; ++*count, at = stop) {
		uint64_t next;

		while (*at == ' ' || *at == '\t')
			at++;
		next = strtoull(at, &stop, (int)base);
		if (stop == at || *at == '\n')
			break;
		v = next;
	}
	return v;
}

/* Sets v and seen by key, and *depth to the number of pid namespaces that the thread is in. */
static void status_parse(const char *text, uint64_t v[STATUS_KEYS], bool seen[STATUS_KEYS],
			 unsigned *depth)
{
	unsigned count;

	*depth = 1;
	for (const char *line = text; line; line = strchr(line, '\n'), line += line != NULL) {
		for (unsigned k = 0; k < STATUS_KEYS; k++) {
			size_t n = strlen(status_keys[k].key);

			if (strncmp(line, status_keys[k].key, n))
				continue;
			v[k] = number_pick(line + n, status_keys[k].base, status_keys[k].pick,
					   &count);
			seen[k] = true;
			if (k == STATUS_vtid)
				*depth = count;
			break;
		}
	}
}

static void status_fill(const char *text, int64_t tid, struct proc_seed *s, unsigned *depth)
{
	uint64_t v[STATUS_KEYS] = { 0 };
	bool seen[STATUS_KEYS] = { 0 };

	status_parse(text, v, seen, depth);
	s->pid = seen[STATUS_tgid] ? (int64_t)v[STATUS_tgid] : tid;
	s->ptid = (int64_t)v[STATUS_ppid];
	s->uid = (uint32_t)v[STATUS_euid];
	s->gid = (uint32_t)v[STATUS_egid];
	s->vtid = seen[STATUS_vtid] ? (int64_t)v[STATUS_vtid] : tid;
	s->vpid = seen[STATUS_vtgid] ? (int64_t)v[STATUS_vtgid] : s->pid;
	s->vpgid = seen[STATUS_vpgid] ? (int64_t)v[STATUS_vpgid] : s->pgid;
	s->sid = seen[STATUS_vsid] ? (int64_t)v[STATUS_vsid] : s->sid;
	s->vm_size = (uint32_t)v[STATUS_vm_size];
	s->vm_rss = (uint32_t)v[STATUS_vm_rss];
	s->vm_swap = (uint32_t)v[STATUS_vm_swap];
	s->cap_inheritable = v[STATUS_cap_inh];
	s->cap_permitted = v[STATUS_cap_prm];
	s->cap_effective = v[STATUS_cap_eff];
}

/* ---- data common to all threads of a process ---- */

/*
 * Strings one after the other, at most a page, as the module records them; truncated ones end with
 * a NUL, too.
 */
static struct str strings_read(int dir, const char *name, char *text)
{
	ssize_t n = proc_read(dir, name, text, PROC_TEXT + 1);

	if (n <= 0)
		return STR_NONE;
	if (text[n - 1] && n < PROC_TEXT)
		n++; /* the NUL that proc_read() added */
	text[n - 1] = 0;
	return (struct str){ text, (size_t)n };
}

static void command_line(int dir, struct proc *p, struct proc_seed *s)
{
	struct str all = strings_read(dir, "cmdline", p->args);

	s->exe = (struct str){ all.p, all.n ? strlen(all.p) : 0 };
	s->args = str_skip(all, s->exe.n + 1);
}

static int64_t open_files_limit(int dir, struct proc *p)
{
	static const char key[] = "Max open files";
	const char *at;

	if (proc_read(dir, "limits", p->text, sizeof(p->text)) <= 0)
		return 0;
	at = strstr(p->text, key);
	if (!at)
		return 0;
	at += sizeof(key) - 1;
	at += strspn(at, " ");
	return *at == 'u' ? -1 : strtoll(at, NULL, 10);
}

static uint32_t login_uid(int dir)
{
	char text[16];

	return proc_read(dir, "loginuid", text, sizeof(text)) > 0 ? (uint32_t)strtoul(text, NULL, 10)
								  : UINT32_MAX;
}

static struct str cgroup_name(struct str name)
{
	if (str_starts(name, STR_LIT("name=")))
		/* a hierarchy without a controller: the module does not report it */
		return STR_NONE;
	if (str_is(name, "io"))
		return STR_LIT("blkio");
	return name;
}

/* Adds "subsys=path" and a NUL, if it fits into a page. */
static void cgroup_add(char *out, size_t *fill, struct str name, struct str path)
{
	name = cgroup_name(name);
	if (!name.n || *fill + name.n + path.n + 2 > PROC_TEXT)
		return;
	memcpy(out + *fill, name.p, name.n);
	out[*fill + name.n] = '=';
	memcpy(out + *fill + name.n + 1, path.p, path.n);
	*fill += name.n + 1 + path.n;
	out[(*fill)++] = 0;
}

/* Removes the next name from a list; sep is ',' or NUL. */
static struct str list_next(struct str *list, char sep)
{
	const char *end = memchr(list->p, sep, list->n);
	struct str one = { list->p, end ? (size_t)(end - list->p) : list->n };

	*list = str_skip(*list, one.n + (end != NULL));
	return one;
}

/*
 * Lines "id:controllers:path".  A line without controllers is that of the unified hierarchy, whose
 * controllers all have its path.
 */
static struct str cgroups_read(int dir, struct proc *p)
{
	size_t fill = 0;
	char *line = p->text, *end, *names, *path;

	if (proc_read(dir, "cgroup", p->text, sizeof(p->text)) <= 0)
		return STR_NONE;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = 0;
		names = strchr(line, ':');
		path = names ? strchr(names + 1, ':') : NULL;
		if (!path)
			continue;
		*path++ = 0;
		struct str list = *++names ? str_of(names) : p->controllers;
		char sep = *names ? ',' : 0;

		while (list.n)
			cgroup_add(p->cgroups, &fill, list_next(&list, sep), str_of(path));
	}
	return (struct str){ p->cgroups, fill };
}

/*
 * Start of the pid namespace of a process, ns since the epoch: the start of its first process; for
 * the initial namespace the boot time.  0: unknown.
 */
static uint64_t pidns_start(struct proc *p, int dir, const struct proc_seed *s, unsigned depth)
{
	char text[64];
	uint64_t ino;

	if (depth < 2)
		return p->boot_ts;
	ino = proc_link_number(proc_link(dir, "ns/pid", text, sizeof(text)));
	for (unsigned i = 0; i < p->n_pidns; i++)
		if (p->pidns[i].ino == ino)
			return p->pidns[i].start_ts;
	if (s->vpid != 1)
		return 0;
	if (p->n_pidns == PIDNS_MAX)
		p->n_pidns = 0; /* all are dropped, and added again by later lookups */
	p->pidns[p->n_pidns++] = (struct pidns){ ino, s->clone_ts };
	return s->clone_ts;
}

/* Reads the main thread of a process; false: it has exited. */
static bool process_read(struct proc *p, int dir, int64_t pid, struct proc_seed *s, char *comm)
{
	unsigned depth;

	memset(s, 0, sizeof(*s));
	s->tid = pid;
	if (proc_read(dir, "stat", p->text, sizeof(p->text)) <= 0 || !stat_parse(p, p->text, s))
		return false;
	snprintf(comm, 17, "%.*s", STR_ARGS(s->comm));
	s->comm = str_of(comm);
	if (proc_read(dir, "status", p->text, sizeof(p->text)) <= 0)
		return false;
	status_fill(p->text, pid, s, &depth);
	procexe_read(p, dir, s);
	s->loginuid = login_uid(dir);
	s->fd_limit = open_files_limit(dir, p);
	s->cgroups = cgroups_read(dir, p);
	s->pidns_start_ts = pidns_start(p, dir, s, depth);
	command_line(dir, p, s);
	s->env = strings_read(dir, "environ", p->env);
	s->cwd = proc_link(dir, "cwd", p->cwd, sizeof(p->cwd));
	s->root = proc_link(dir, "root", p->dir, sizeof(p->dir));
	return true;
}

/* Another thread: its name and credentials; all other data is the main thread's. */
static void thread_read(struct proc *p, int dir, int64_t tid, const struct proc_seed *leader,
			struct state *state)
{
	struct proc_seed s = *leader;
	char path[48], comm[17];
	unsigned depth;

	snprintf(path, sizeof(path), "task/%lld/stat", (long long)tid);
	if (proc_read(dir, path, p->text, sizeof(p->text)) <= 0 || !stat_parse(p, p->text, &s))
		return;
	snprintf(comm, sizeof(comm), "%.*s", STR_ARGS(s.comm));
	s.comm = str_of(comm);
	snprintf(path, sizeof(path), "task/%lld/status", (long long)tid);
	if (proc_read(dir, path, p->text, sizeof(p->text)) <= 0)
		return;
	s.tid = tid;
	status_fill(p->text, tid, &s, &depth);
	s.pid = leader->pid;
	state_seed_thread(state, &s);
}

/* The position in /proc, for the functions that numbers_each() calls. */
struct walk {
	struct proc *p;
	struct state *state;
	const struct proc_seed *leader;
	int dir;
};

/* Calls each(w, number) for the entries of a directory whose names are numbers. */
static void numbers_each(int dir, const char *name, void (*each)(struct walk *w, int64_t number),
			 struct walk *w)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char buffer[8192] __attribute__((aligned(8)));
	ssize_t got;

	if (fd < 0)
		return;
	while ((got = getdents64(fd, buffer, sizeof(buffer))) > 0)
		for (ssize_t at = 0; at < got;) {
			struct dirent64 *d = (struct dirent64 *)(buffer + at);

			at += d->d_reclen;
			if (d->d_name[0] >= '1' && d->d_name[0] <= '9')
				each(w, atoll(d->d_name));
		}
	close(fd);
}

static void thread_each(struct walk *w, int64_t tid)
{
	if (tid != w->leader->tid)
		thread_read(w->p, w->dir, tid, w->leader, w->state);
}

static int process_open(struct proc *p, int64_t pid)
{
	char name[24];

	snprintf(name, sizeof(name), "%lld", (long long)pid);
	return openat(p->root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void process_each(struct walk *w, int64_t pid)
{
	struct proc_seed leader;
	char comm[17];

	w->dir = process_open(w->p, pid);
	if (w->dir < 0)
		return;
	if (process_read(w->p, w->dir, pid, &leader, comm)) {
		state_seed_thread(w->state, &leader);
		w->leader = &leader;
		numbers_each(w->dir, "task", thread_each, w);
		procfd_scan(w->p, w->dir, pid, w->state);
		w->leader = NULL;
	}
	close(w->dir);
}

/* ---- lookups of state/ while events are read ---- */

static int64_t leader_of(struct proc *p, int dir, int64_t tid)
{
	struct proc_seed s = { 0 };
	unsigned depth;

	if (proc_read(dir, "status", p->text, sizeof(p->text)) <= 0)
		return -1;
	status_fill(p->text, tid, &s, &depth);
	return s.pid;
}

static bool lookup(void *arg, int64_t tid, struct state *state)
{
	struct proc *p = arg;
	struct proc_seed leader;
	char comm[17];
	int64_t pid;
	bool ok;
	int dir = process_open(p, tid);

	if (dir < 0)
		return false;
	pid = leader_of(p, dir, tid);
	if (pid > 0 && pid != tid) {
		close(dir);
		dir = process_open(p, pid);
	}
	ok = pid > 0 && dir >= 0 && process_read(p, dir, pid, &leader, comm);
	if (ok && !state_thread(state, pid)) {
		state_seed_thread(state, &leader);
		procfd_scan(p, dir, pid, state);
	}
	if (ok && pid != tid)
		thread_read(p, dir, tid, &leader, state);
	if (dir >= 0)
		close(dir);
	return ok && (pid == tid || state_thread(state, tid));
}

static bool fd_lookup(void *arg, int64_t pid, int64_t num, struct state *state)
{
	struct proc *p = arg;
	int dir = process_open(p, pid);
	bool done;

	if (dir < 0)
		return false;
	done = procfd_one(p, dir, pid, num, state);
	close(dir);
	return done;
}

/* ---- the scan ---- */

static void controllers_read(struct proc *p)
{
	static const char defaults[] = "cpuset\0cpu\0io\0memory\0hugetlb\0pids\0rdma\0misc";
	char path[320];
	ssize_t n;

	snprintf(path, sizeof(path), "%s/sys/fs/cgroup/cgroup.controllers", p->host_root);
	n = proc_read(AT_FDCWD, path, p->controllers_text, sizeof(p->controllers_text));
	p->controllers = (struct str){ p->controllers_text, n > 0 ? (size_t)n - 1 : 0 };
	for (size_t i = 0; i < p->controllers.n; i++)
		if (p->controllers_text[i] == ' ')
			p->controllers_text[i] = 0;
	if (!p->controllers.n)
		p->controllers = (struct str){ defaults, sizeof(defaults) - 1 };
}

static void machine_read(struct proc *p, struct state *state)
{
	struct machine *m = state_machine(state);
	long cpus = sysconf(_SC_NPROCESSORS_ONLN), pages = sysconf(_SC_PHYS_PAGES);
	char text[32];

	m->n_cpus = cpus > 0 ? (uint32_t)cpus : 1;
	m->memory = pages > 0 ? (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
	m->max_pid = proc_read(p->root, "sys/kernel/pid_max", text, sizeof(text)) > 0
			     ? strtoull(text, NULL, 10)
			     : 0;
	m->boot_ts = p->boot_ts;
	if (!m->hostname[0])
		gethostname(m->hostname, sizeof(m->hostname) - 1);
}

static struct proc *proc_new(const char *host_root, char *err, size_t err_size)
{
	struct proc *p = calloc(1, sizeof(*p));
	char path[320];

	if (!p) {
		snprintf(err, err_size, "out of memory");
		return NULL;
	}
	snprintf(p->host_root, sizeof(p->host_root), "%s", host_root ? host_root : "");
	snprintf(path, sizeof(path), "%s/proc", p->host_root);
	p->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p->root < 0) {
		snprintf(err, err_size, "cannot read processes from %s: %s", path, strerror(errno));
		free(p);
		return NULL;
	}
	p->boot_ts = clock_of(CLOCK_REALTIME) - clock_of(CLOCK_BOOTTIME);
	p->tick_ns = NSEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK);
	controllers_read(p);
	return p;
}

static void proc_free(void *arg)
{
	struct proc *p = arg;

	procsock_clear(p);
	close(p->root);
	free(p);
}

int source_proc_scan(struct state *state, const char *host_root, char *err, size_t err_size)
{
	struct proc *p = proc_new(host_root, err, err_size);
	struct walk w = { .p = p, .state = state };

	if (!p)
		return -1;
	machine_read(p, state);
	procif_seed(state);
	numbers_each(p->root, ".", process_each, &w);
	procsock_clear(p);
	state_seed_end(state);
	/* p is freed by state_free(). */
	state_set_lookup(state, lookup, p);
	state_set_fd_lookup(state, fd_lookup, p);
	state_set_lookup_free(state, proc_free, p);
	return 0;
}
