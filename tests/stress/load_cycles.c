// SPDX-License-Identifier: Apache-2.0
/* Load, open, attach, look, detach, close, unload: again and again, on a machine that is busy. */
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

enum { LOADS = 3 };

bool module_load(void)
{
	char path[256];
	struct utsname u;
	int fd, err;

	uname(&u);
	snprintf(path, sizeof(path), "/lib/modules/%s/updates/falco.ko", u.release);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return wrong("no %s", path);
	err = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	close(fd);
	return !err || wrong("the module does not load: %s", strerror(err));
}

bool module_unload(void)
{
	return !syscall(SYS_delete_module, "falco", O_NONBLOCK) ||
	       wrong("the module does not go: %s", strerror(errno));
}

/* Births, deaths, files, sockets: something of everything that is recorded. */
static void busy(void)
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

static bool cycle(void)
{
	struct reader r;
	bool ok;

	if (!module_load())
		return false;
	ok = reader_open(&r, 1 << 16) && reader_want_all(&r, (1 << FALCO_TP_COUNT) - 1);
	for (int i = 0; ok && i < 5; i++) {
		ok = reader_drain(&r);
		usleep(1000);
	}
	ok = ok && reader_stop(&r) && reader_drain(&r) && reader_adds_up(&r);
	if (ok && !r.n_read)
		ok = wrong("a busy machine, and nothing was recorded");
	reader_close(&r);
	return ok && reader_works() && module_unload();
}

bool stress_load_cycles(const struct options *o)
{
	bool loaded = !access("/dev/falco0", F_OK), ok = !loaded || module_unload();
	pid_t load[LOADS];
	unsigned round = 0;

	for (int i = 0; i < LOADS; i++) {
		load[i] = fork();
		if (!load[i])
			busy();
	}
	while (ok && round < o->rounds) {
		ok = cycle();
		round += ok;
	}
	for (int i = 0; i < LOADS; i++)
		kill(load[i], SIGKILL);
	for (int i = 0; i < LOADS; i++)
		waitpid(load[i], NULL, 0);
	printf("# load_cycles: %u times loaded, attached, detached, unloaded\n", round);
	return (!loaded || module_load()) && ok;
}
