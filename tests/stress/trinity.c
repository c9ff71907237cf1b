// SPDX-License-Identifier: Apache-2.0
/* Runs trinity, a system call fuzzer, while a reader records and checks all events. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reader.h"
#include "stress.h"
#include "uapi/ioctl.h"

enum { RING = 1 << 20, NOBODY = 65534 };

/* Executes trinity as nobody: as root its calls would stop the guest. */
static void exec_trinity(uint64_t seed)
{
	char seed_option[16];
	int null = open("/dev/null", O_RDWR);

	snprintf(seed_option, sizeof(seed_option), "-s%u", (unsigned)seed);
	setpgid(0, 0);
	mkdir("/tmp/trinity", 0777);
	chmod("/tmp/trinity", 0777);
	if (chdir("/tmp/trinity") || setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		_exit(1);
	dup2(null, 0);
	dup2(open("log", O_WRONLY | O_CREAT | O_TRUNC, 0644), 1);
	dup2(1, 2);
	execl("/usr/bin/trinity", "trinity", "-q", "-l", "off", "-C", "3", seed_option,
	      (char *)NULL);
	_exit(2);
}

static void show_log(void)
{
	char text[2000];
	int fd = open("/tmp/trinity/log", O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

	if (n > 0)
		fprintf(stderr, "%.*s\n", (int)n, text);
}

bool stress_trinity(const struct options *o)
{
	uint64_t seed = o->seed;
	double until = now() + o->seconds;
	struct reader r;
	unsigned runs = 0;
	bool ok = true;
	pid_t pid = 0;

	if (!reader_open(&r, RING) || !reader_record_all(&r, (1 << FALCO_TP_COUNT) - 1))
		return false;
	while (ok && now() < until) {
		if (!pid) {
			pid = fork();
			if (!pid)
				exec_trinity(seed);
			runs++;
			seed++;
		}
		if (waitpid(pid, NULL, WNOHANG) == pid)
			pid = 0;
		ok = reader_drain(&r);
		usleep(5000);
	}
	if (pid) {
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	ok = reader_stop(&r) && reader_drain(&r) && ok;
	printf("# trinity: %u runs; %llu records read, %llu lost\n", runs,
	       (unsigned long long)r.n_read, (unsigned long long)reader_lost(&r, 0));
	ok = ok && reader_counts_match(&r);
	reader_close(&r);
	if (runs > o->seconds / 2 + 1 || r.n_read < 1000) {
		show_log();
		ok = failure("too few records, or trinity ended early");
	}
	return ok;
}
