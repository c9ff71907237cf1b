// SPDX-License-Identifier: Apache-2.0
/*
 * Repeatedly loads the module, opens its devices, attaches its probes, reads events, detaches,
 * closes and unloads, while other processes generate events.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reader.h"
#include "stress.h"
#include "uapi/ioctl.h"

enum { LOAD_PROCESSES = 3 };

bool module_load(void)
{
	char path[256];
	struct utsname u;
	int fd, err;

	uname(&u);
	snprintf(path, sizeof(path), "/lib/modules/%s/updates/falco.ko", u.release);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return failure("%s: %s", path, strerror(errno));
	err = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	close(fd);
	return !err || failure("the module cannot be loaded: %s", strerror(err));
}

bool module_unload(void)
{
	return !syscall(SYS_delete_module, "falco", O_NONBLOCK) ||
	       failure("the module cannot be unloaded: %s", strerror(errno));
}

/* Generates clone, exit, file and socket events until it is killed. */
static void generate_load(void)
{
	char byte = 0;
	int pair[2];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
		for (int i = 0; i < 30; i++) {
			int fd = open("/proc/self/stat", O_RDONLY);

			(void)!read(fd, &byte, 1);
			close(fd);
			if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair))
				continue;
			(void)!write(pair[0], &byte, 1);
			(void)!read(pair[1], &byte, 1);
			close(pair[0]);
			close(pair[1]);
		}
	}
}

static bool run_cycle(void)
{
	struct reader r;
	bool ok;

	if (!module_load())
		return false;
	ok = reader_open(&r, 1 << 16) && reader_record_all(&r, (1 << FALCO_TP_COUNT) - 1);
	for (int i = 0; ok && i < 5; i++) {
		ok = reader_drain(&r);
		usleep(1000);
	}
	ok = ok && reader_stop(&r) && reader_drain(&r) && reader_counts_match(&r);
	if (ok && !r.n_read)
		ok = failure("no event was recorded under load");
	reader_close(&r);
	return ok && reader_works() && module_unload();
}

bool stress_load_cycles(const struct options *o)
{
	bool loaded = !access("/dev/falco0", F_OK), ok = !loaded || module_unload();
	pid_t load[LOAD_PROCESSES];
	unsigned round = 0;

	for (int i = 0; i < LOAD_PROCESSES; i++) {
		load[i] = fork();
		if (!load[i])
			generate_load();
	}
	while (ok && round < o->rounds) {
		ok = run_cycle();
		round += ok;
	}
	for (int i = 0; i < LOAD_PROCESSES; i++)
		kill(load[i], SIGKILL);
	for (int i = 0; i < LOAD_PROCESSES; i++)
		waitpid(load[i], NULL, 0);
	printf("# load_cycles: %u cycles of load, attach, detach, unload\n", round);
	return (!loaded || module_load()) && ok;
}
