/* SPDX-License-Identifier: Apache-2.0 */
/* The seeding half of state/ as a recorder: the last seed of each kind, copied, and how many there were. */
#ifndef SEEDS_H
#define SEEDS_H

#include <stdlib.h>
#include <string.h>

#include "state/state.h"
#include "base/macros.h"

enum { SEED_TEXTS = 16, SEED_FDS = 4096 };

struct seeds {
	unsigned n_threads, n_fds, n_interfaces, n_users, n_groups, n_seeded;
	struct proc_seed thread;
	struct fd fd;
	int64_t fd_tid;
	struct ip address, netmask;
	struct str interface, group;
	uint32_t gid;
	struct user user;
	struct machine machine;
	char *texts[SEED_TEXTS]; /* copies behind the last seed of each kind */
	uint64_t sum; /* every byte seeded: a reader that hands out bad memory trips ASan here */
	/* Kept whole when asked for: the descriptors of one process. */
	int64_t keep_tid;
	struct fd kept[SEED_FDS];
	unsigned n_kept;
	void (*on_thread)(const struct proc_seed *seed);
	proc_lookup lookup;
	proc_fd_lookup fd_lookup;
	void *lookup_arg;
	void (*lookup_end)(void *arg);
	int64_t known[8]; /* what state_thread() finds */
};

static struct seeds seeds;

static struct str seed_text(unsigned slot, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		seeds.sum += (unsigned char)s.p[i];
	free(seeds.texts[slot]);
	seeds.texts[slot] = malloc(s.n + 1);
	memcpy(seeds.texts[slot], s.n ? s.p : "", s.n);
	seeds.texts[slot][s.n] = 0;
	return (struct str){ seeds.texts[slot], s.n };
}

/* At the end too: what looked things up is told that nobody asks any more. */
static void __attribute__((destructor)) seeds_forget(void)
{
	if (seeds.lookup_end)
		seeds.lookup_end(seeds.lookup_arg);
	for (unsigned i = 0; i < SEED_TEXTS; i++)
		free(seeds.texts[i]);
	for (unsigned i = 0; i < seeds.n_kept; i++)
		free((char *)seeds.kept[i].name.p);
	memset(&seeds, 0, sizeof(seeds));
}

struct thread *state_seed_thread(struct state *s, const struct proc_seed *seed)
{
	(void)s;
	seeds.n_threads++;
	seeds.thread = *seed;
	seeds.thread.comm = seed_text(0, seed->comm);
	seeds.thread.exe = seed_text(1, seed->exe);
	seeds.thread.exepath = seed_text(2, seed->exepath);
	seeds.thread.args = seed_text(3, seed->args);
	seeds.thread.cwd = seed_text(4, seed->cwd);
	seeds.thread.env = seed_text(5, seed->env);
	seeds.thread.cgroups = seed_text(6, seed->cgroups);
	seeds.thread.root = seed_text(7, seed->root);
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
	seeds.fd.name = seed_text(8, fd->name);
	if (tid != seeds.keep_tid || seeds.n_kept == SEED_FDS)
		return;
	seeds.kept[seeds.n_kept] = *fd;
	seeds.kept[seeds.n_kept++].name = str_of(strndup(fd->name.n ? fd->name.p : "", fd->name.n));
}

void state_seed_end(struct state *s)
{
	(void)s;
	seeds.n_seeded++;
}

void state_seed_interface(struct state *s, struct ip addr, struct ip netmask, struct str name)
{
	(void)s;
	seeds.n_interfaces++;
	seeds.address = addr;
	seeds.netmask = netmask;
	seeds.interface = seed_text(9, name);
}

void state_seed_user(struct state *s, const struct user *u)
{
	(void)s;
	seeds.n_users++;
	seeds.user = *u;
	seeds.user.name = seed_text(10, u->name);
	seeds.user.home = seed_text(11, u->home);
	seeds.user.shell = seed_text(12, u->shell);
}

void state_seed_group(struct state *s, uint32_t gid, struct str name)
{
	(void)s;
	seeds.n_groups++;
	seeds.gid = gid;
	seeds.group = seed_text(13, name);
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
	for (size_t i = 0; i < ARRAY_SIZE(seeds.known); i++)
		if (seeds.known[i] == tid)
			return (struct thread *)&seeds.known[i];
	return NULL;
}

struct machine *state_machine(struct state *s)
{
	(void)s;
	return &seeds.machine;
}

#endif
