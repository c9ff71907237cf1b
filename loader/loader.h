/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Get a fitting module into the running kernel: look, then load, else build, and say at each step what was found.
 *
 * In: command line, environment, the host's files.  Out: a loaded module that answered for itself, or an exit status that
 * names the reason.
 */
#ifndef LOADER_LOADER_H
#define LOADER_LOADER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* OUTCOME(name, exit status, meaning) */
#define OUTCOMES                                                                                  \
	OUTCOME(LOADED, 0, "the module is loaded and its version fits")                           \
	OUTCOME(USAGE, 1, "wrong usage")                                                          \
	OUTCOME(NOT_ROOT, 2, "root is needed")                                                    \
	OUTCOME(NO_HEADERS, 10, "the kernel's headers are missing")                               \
	OUTCOME(NO_COMPILER, 11, "dkms or a compiler is missing")                                 \
	OUTCOME(BUILD_FAILED, 12, "the module does not build")                                    \
	OUTCOME(REFUSED, 13, "the kernel refuses modules: signature, lockdown, modules disabled") \
	OUTCOME(MISMATCH, 14, "the module was built for another kernel")                          \
	OUTCOME(BUSY, 15, "another version is loaded and in use")                                 \
	OUTCOME(DOWNLOAD, 16, "downloads were asked for, and there are none")                     \
	OUTCOME(UNSUPPORTED, 18, "this kernel or this kind of driver is not supported")           \
	OUTCOME(NO_SOURCES, 19, "the module's sources are not installed")                         \
	OUTCOME(LOAD_FAILED, 20, "loading failed for another reason")

enum outcome {
#define OUTCOME(name, status, meaning) name = status,
	OUTCOMES
#undef OUTCOME
};

struct loader {
	/* What is wanted: command line and environment. */
	bool compile, download, clean, print_env;
	char name[64];		  /* of the module */
	char version[64];	  /* of the sources: dkms, /usr/src/NAME-VERSION */
	char host_root[PATH_MAX]; /* in front of /etc, /lib/modules, /usr */
	char sys_root[PATH_MAX];  /* in front of /sys, /proc, /dev: for tests */
	/* What there is: host.c. */
	char release[128], kernel_version[256], arch[72], target[64], headers_hint[256];
};

/* One line: what is being done or was found. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- host.c ---- */
void host_detect(struct loader *l);
/* The environment's answer as NAME="value" lines. */
void host_print(const struct loader *l);
/* Why this kernel takes no module; LOADED when nothing speaks against it. */
enum outcome host_preflight(const struct loader *l);
/* First line of a file, without its newline; false if unreadable. */
bool host_line(const char *path, char *out, size_t n);

/* ---- module.c ---- */
bool module_is_loaded(const struct loader *l);
/* The loaded module speaks our API. */
bool module_fits(const struct loader *l);
/* LOADED when it is gone; BUSY with the holders named. */
enum outcome module_unload(const struct loader *l);
enum outcome module_modprobe(const struct loader *l);
/* A prebuilt file where one may lie; LOAD_FAILED when there is none. */
enum outcome module_prebuilt(const struct loader *l);
/* A module file; the errno of finit_module(2) turned into an outcome. */
enum outcome module_insert(const struct loader *l, const char *path);

/* ---- build.c ---- */
enum outcome build_dkms(const struct loader *l);
void build_forget(const struct loader *l);

/* ---- command.c ---- */
/* Runs argv[0] from PATH; the exit status, 127 if it cannot be started.  What it printed is in out, cut to n. */
int command_run(char *const argv[], char *out, size_t n);
bool command_exists(const char *name);

#endif
