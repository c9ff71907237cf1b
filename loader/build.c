// SPDX-License-Identifier: Apache-2.0
/* Builds the module from its sources with dkms, and removes it from dkms. */
#include "loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a command: bytes of output that are kept, and lines of them that are printed. */
enum { OUTPUT_MAX = 65536, TAIL_LINES = 15 };

static bool is_directory(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* False if the path is a dangling symbolic link. */
static bool have_headers(const struct loader *l)
{
	char path[PATH_MAX + 256];

	snprintf(path, sizeof(path), "%s/lib/modules/%s/build", l->host_root, l->release);
	return is_directory(path);
}

static bool have_sources(const struct loader *l, char *path, size_t n)
{
	snprintf(path, n, "/usr/src/%s-%s", l->name, l->version);
	if (is_directory(path))
		return true;
	snprintf(path, n, "%s/usr/src/%s-%s", l->host_root, l->name, l->version);
	return is_directory(path);
}

/* Print and return the first requirement that is missing; SUCCESS when none is missing. */
static enum outcome check_requirements(const struct loader *l)
{
	char path[PATH_MAX + 256];

	if (!have_sources(l, path, sizeof(path))) {
		say("The module's sources are missing: %s (installed by make install)", path);
		return NO_SOURCES;
	}
	if (!command_exists("dkms")) {
		say("dkms is missing: install the package dkms");
		return NO_COMPILER;
	}
	if (!command_exists("gcc") && !command_exists("cc") && !command_exists("clang")) {
		say("There is no C compiler: install the package gcc");
		return NO_COMPILER;
	}
	if (!have_headers(l)) {
		say("The headers of kernel %s are missing (%s/lib/modules/%s/build): %s",
		    l->release, l->host_root, l->release, l->headers_hint);
		return NO_HEADERS;
	}
	return SUCCESS;
}

/* Print the last lines of a command's output, indented. */
static void say_tail(const char *text)
{
	const char *at = text + strlen(text);

	for (unsigned lines = 0; at > text && lines <= TAIL_LINES; at--)
		lines += at[-1] == '\n';
	while (*at) {
		size_t n = strcspn(at, "\n");

		if (n)
			say("  %.*s", (int)n, at);
		at += n + (at[n] == '\n');
	}
}

enum outcome build_dkms(const struct loader *l)
{
	char *argv[] = { "dkms",    "install",
			 "-m",	    (char *)l->name,
			 "-v",	    (char *)l->version,
			 "-k",	    (char *)l->release,
			 "--force", NULL };
	enum outcome requirements = check_requirements(l);
	char *out;
	int status;

	if (requirements != SUCCESS)
		return requirements;
	out = malloc(OUTPUT_MAX);
	say("* Building %s %s for kernel %s with dkms", l->name, l->version, l->release);
	status = command_run(argv, out, out ? OUTPUT_MAX : 0);
	if (status) {
		say("dkms failed with status %d; its log: /var/lib/dkms/%s/%s/build/make.log",
		    status, l->name, l->version);
		say_tail(out ? out : "");
	}
	free(out);
	return status ? BUILD_FAILED : module_modprobe(l);
}

void build_remove(const struct loader *l)
{
	char *argv[] = { "dkms", "remove",	     "-m",    (char *)l->name,
			 "-v",	 (char *)l->version, "--all", NULL };
	char out[4096];
	int status;

	if (!command_exists("dkms"))
		return;
	status = command_run(argv, out, sizeof(out));
	if (!status) {
		say("Removed %s %s from dkms", l->name, l->version);
		return;
	}
	say("dkms remove %s %s failed with status %d:", l->name, l->version, status);
	say_tail(out);
}
