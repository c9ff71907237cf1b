// SPDX-License-Identifier: Apache-2.0
/* Command line, environment, and the order of the steps. */
#include "loader.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "uapi/version.h"

void say(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

static void usage(FILE *out)
{
	fputs("usage: falco-driver-loader [kmod] [options]\n\n"
	      "Loads the kernel module: keeps the one that is loaded if its version fits, else loads "
	      "an installed one, else a\n"
	      "prebuilt file, else builds one with dkms.\n\n"
	      "  --compile      build only, with dkms\n"
	      "  --download     download only (not supported yet: there are no published modules)\n"
	      "  --clean        unload the module and remove it from dkms\n"
	      "  --print-env    print what was detected, then stop\n"
	      "  -h, --help     print this\n\n"
	      "Environment: HOST_ROOT (prefix of /etc, /lib/modules, /usr), DRIVER_NAME, "
	      "DRIVER_VERSION (also as\n"
	      "FALCOCTL_DRIVER_NAME, FALCOCTL_DRIVER_VERSION), DRIVER_KERNEL_RELEASE, "
	      "DRIVER_KERNEL_VERSION.\n\n"
	      "Exit status:\n",
	      out);
#define OUTCOME(name, status, meaning) fprintf(out, "  %2d  %s\n", status, meaning);
	OUTCOMES
#undef OUTCOME
}

/* The first of two environment variables that is set and not empty; else fallback. */
static const char *setting(const char *name, const char *other, const char *fallback)
{
	const char *v = getenv(name);

	if (!v || !*v)
		v = getenv(other);
	return v && *v ? v : fallback;
}

/* The version of the module is "0.1.0+driver", the version of its sources 0.1.0. */
static void read_environment(struct loader *l)
{
	snprintf(l->name, sizeof(l->name), "%s",
		 setting("DRIVER_NAME", "FALCOCTL_DRIVER_NAME", "falco"));
	snprintf(l->version, sizeof(l->version), "%s",
		 setting("DRIVER_VERSION", "FALCOCTL_DRIVER_VERSION", FALCO_DRIVER_VERSION));
	l->version[strcspn(l->version, "+")] = 0;
	snprintf(l->host_root, sizeof(l->host_root), "%s",
		 setting("HOST_ROOT", "FALCOCTL_DRIVER_HOSTROOT", ""));
	snprintf(l->sys_root, sizeof(l->sys_root), "%s", setting("FALCO_LOADER_SYS_ROOT", "", ""));
}

static enum outcome unsupported(const char *kind)
{
	fprintf(stderr, "Driver %s is not supported: the kernel module (kmod) is the only one\n",
		kind);
	return UNSUPPORTED;
}

/* -1, or the exit status if the program is to end. */
static int read_arguments(struct loader *l, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *a = argv[i];

		if (!strcmp(a, "--compile")) {
			l->compile = true;
		} else if (!strcmp(a, "--download")) {
			l->download = true;
		} else if (!strcmp(a, "--clean")) {
			l->clean = true;
		} else if (!strcmp(a, "--print-env")) {
			l->print_env = true;
		} else if (!strcmp(a, "--source-only")) {
			return SUCCESS;
		} else if (!strcmp(a, "-h") || !strcmp(a, "--help")) {
			usage(stdout);
			return SUCCESS;
		} else if (!strcmp(a, "bpf") || !strcmp(a, "ebpf") || !strcmp(a, "modern_ebpf") ||
			   !strcmp(a, "modern-bpf")) {
			return unsupported(a);
		} else if (strcmp(a, "kmod") && strcmp(a, "module") && strcmp(a, "auto")) {
			fprintf(stderr, "Unknown argument: %s\n", a);
			usage(stderr);
			return USAGE;
		}
	}
	if (l->clean && (l->compile || l->download)) {
		fputs("--clean cannot be combined with other options\n", stderr);
		return USAGE;
	}
	return -1;
}

/* Whether the user is root, or FALCO_LOADER_SYS_ROOT names a test's directories. */
static bool may_load(const struct loader *l)
{
	if (l->sys_root[0] || !geteuid())
		return true;
	fputs("This program must be run as root (or with sudo)\n", stderr);
	return false;
}

/* One loader at a time: the lock is held until this process ends. */
static void take_lock(void)
{
	int fd = open("/run/falco-driver-loader.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0)
		flock(fd, LOCK_EX);
}

static enum outcome clean(const struct loader *l)
{
	enum outcome why = module_unload(l);

	if (why != SUCCESS)
		return why;
	build_remove(l);
	say("[SUCCESS] Cleaning phase correctly terminated.");
	return SUCCESS;
}

static enum outcome install(const struct loader *l)
{
	enum outcome why = host_preflight(l), prebuilt = LOAD_FAILED;

	if (why != SUCCESS)
		return why;
	if (module_is_loaded(l)) {
		if (module_fits(l)) {
			say("* Success: %s module found and inserted", l->name);
			return SUCCESS;
		}
		why = module_unload(l);
		if (why != SUCCESS)
			return why;
	}
	why = LOAD_FAILED;
	if (!l->compile && !l->download) {
		why = module_modprobe(l);
		if (why != SUCCESS)
			prebuilt = module_prebuilt(l);
		if (why == SUCCESS || prebuilt == SUCCESS)
			return SUCCESS;
	}
	if (l->download) {
		say("Nothing can be downloaded: there are no published modules");
		why = NO_DOWNLOADS;
	}
	/* dkms would sign its module with the same key, and the kernel would refuse it too. */
	if (why == REFUSED || (l->download && !l->compile))
		return why;
	return build_dkms(l);
}

static enum outcome run(struct loader *l)
{
	enum outcome why;

	host_detect(l);
	if (l->print_env) {
		host_print(l);
		return SUCCESS;
	}
	if (!may_load(l))
		return NOT_ROOT;
	if (!l->sys_root[0])
		take_lock();
	say("* Running falco-driver-loader for: falco version=%s, driver version=%s, arch=%s, "
	    "kernel release=%s, kernel version=%s, target=%s",
	    l->version, l->version, l->arch, l->release, l->kernel_version, l->target);
	why = l->clean ? clean(l) : install(l);
	if (why != SUCCESS && l->clean)
		say("Unable to clean up (exit status %d): see the reason above", why);
	else if (why != SUCCESS)
		say("Unable to load the %s module (exit status %d): see the reason above. "
		    "Consider compiling your own module: --compile",
		    l->name, why);
	return why;
}

int main(int argc, char **argv)
{
	struct loader l = { 0 };
	int status;

	read_environment(&l);
	status = read_arguments(&l, argc, argv);
	return status >= 0 ? status : (int)run(&l);
}
