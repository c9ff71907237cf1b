/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fake of the functions of state/ that readers call to seed it.  Records in `seeds` how many
 * seeds of each kind there were, and a copy of the last one.
 */
#ifndef FAKE_STATE_H
#define FAKE_STATE_H

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "state/state.h"

enum { SEED_STRINGS = 16, SEED_FDS = 4096 };

struct seeds {
	unsigned n_threads, n_fds, n_interfaces, n_users, n_groups, n_seed_ends;
	struct proc_seed thread;
	struct fd fd;
	int64_t fd_tid;
	struct ip address, netmask;
	struct str interface, group;
	uint32_t gid;
	struct user user;
	struct machine machine;
	char *strings[SEED_STRINGS]; /* the strings of the last seed of each kind */
	uint64_t sum_of_bytes;	     /* reads every byte of every string, for ASan to check */
	/* Copies of all descriptors of the process collect_fds_of. */
	int64_t collect_fds_of;
	struct fd collected_fds[SEED_FDS];
	unsigned n_collected_fds;
	void (*on_thread)(const struct proc_seed *seed);
	proc_lookup lookup;
	proc_fd_lookup fd_lookup;
	void *lookup_arg;
	void (*lookup_end)(void *arg);
	int64_t known_tids[8]; /* the threads that state_thread() finds */
};

static struct seeds seeds;

static struct str copy_string(unsigned i, struct str s)
{
	for (size_t k = 0; k < s.n; k++)
		seeds.sum_of_bytes += (unsigned char)s.p[k];
	free(seeds.strings[i]);
	seeds.strings[i] = malloc(s.n + 1);
	memcpy(seeds.strings[i], s.n ? s.p : "", s.n);
	seeds.strings[i][s.n] = 0;
	return (struct str){ seeds.strings[i], s.n };
}

/* Also runs at exit.  Ends the lookups of /proc, as state_free() does. */
static void __attribute__((destructor)) seeds_reset(void)
{
	if (seeds.lookup_end)
		seeds.lookup_end(seeds.lookup_arg);
	for (unsigned i = 0; i < SEED_STRINGS; i++)
		free(seeds.strings[i]);
	for (unsigned i = 0; i < seeds.n_collected_fds; i++)
		free((char *)seeds.collected_fds[i].name.p);
	memset(&seeds, 0, sizeof(seeds));
}

struct thread *state_seed_thread(struct state *s, const struct proc_seed *seed)
{
	(void)s;
	seeds.n_threads++;
	seeds.thread = *seed;
	seeds.thread.comm = copy_string(0, seed->comm);
	seeds.thread.exe = copy_string(1, seed->exe);
	seeds.thread.exepath = copy_string(2, seed->exepath);
	seeds.thread.args = copy_string(3, seed->args);
	seeds.thread.cwd = copy_string(4, seed->cwd);
	seeds.thread.env = copy_string(5, seed->env);
	seeds.thread.cgroups = copy_string(6, seed->cgroups);
	seeds.thread.root = copy_string(7, seed->root);
	if (seeds.on_thread)
		seeds.on_thread(&seeds.thread);
	return NULL;
}

void state_seed_fd(struct state *s, int64_t tid, const struct fd *fd)
{
	(void)s;
	seeds.n_fds++;
	seeds.fd_tid = tid;
	seeds.fd = *fd;
	seeds.fd.name = copy_string(8, fd->name);
	if (tid != seeds.collect_fds_of || seeds.n_collected_fds == SEED_FDS)
		return;
	seeds.collected_fds[seeds.n_collected_fds] = *fd;
	seeds.collected_fds[seeds.n_collected_fds++].name =
		str_of(strndup(fd->name.n ? fd->name.p : "", fd->name.n));
}

void state_seed_end(struct state *s)
{
	(void)s;
	seeds.n_seed_ends++;
}

void state_seed_interface(struct state *s, struct ip addr, struct ip netmask, struct str name)
{
	(void)s;
	seeds.n_interfaces++;
	seeds.address = addr;
	seeds.netmask = netmask;
	seeds.interface = copy_string(9, name);
}

void state_seed_user(struct state *s, const struct user *u)
{
	(void)s;
	seeds.n_users++;
	seeds.user = *u;
	seeds.user.name = copy_string(10, u->name);
	seeds.user.home = copy_string(11, u->home);
	seeds.user.shell = copy_string(12, u->shell);
}

void state_seed_group(struct state *s, uint32_t gid, struct str name)
{
	(void)s;
	seeds.n_groups++;
	seeds.gid = gid;
	seeds.group = copy_string(13, name);
}

void state_set_lookup(struct state *s, proc_lookup fn, void *arg)
{
	(void)s;
	seeds.lookup = fn;
	seeds.lookup_arg = arg;
}

void state_set_fd_lookup(struct state *s, proc_fd_lookup fn, void *arg)
{
	(void)s;
	(void)arg;
	seeds.fd_lookup = fn;
}

void state_set_lookup_free(struct state *s, void (*fn)(void *arg), void *arg)
{
	(void)s;
	(void)arg;
	seeds.lookup_end = fn;
}

struct thread *state_thread(struct state *s, int64_t tid)
{
	(void)s;
	for (size_t i = 0; i < ARRAY_SIZE(seeds.known_tids); i++)
		if (seeds.known_tids[i] == tid)
			return (struct thread *)&seeds.known_tids[i];
	return NULL;
}

struct machine *state_machine(struct state *s)
{
	(void)s;
	return &seeds.machine;
}

#endif
