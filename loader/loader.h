/* SPDX-License-Identifier: Apache-2.0 */
/*
 * falco-driver-loader: loads the kernel module that belongs to this version; an installed one, a
 * prebuilt one, or one built with dkms.
 *
 * In: command line, environment, the host's files.  Out: a loaded module whose API version was
 * checked, or an exit status for the reason of the failure.
 */
#ifndef LOADER_LOADER_H
#define LOADER_LOADER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* OUTCOME(name, exit status, meaning) */
#define OUTCOMES                                                                                  \
	OUTCOME(SUCCESS, 0, "the module is loaded and its version fits")                          \
	OUTCOME(USAGE, 1, "wrong usage")                                                          \
	OUTCOME(NOT_ROOT, 2, "root is needed")                                                    \
	OUTCOME(NO_HEADERS, 10, "the kernel's headers are missing")                               \
	OUTCOME(NO_COMPILER, 11, "dkms or a compiler is missing")                                 \
	OUTCOME(BUILD_FAILED, 12, "the module does not build")                                    \
	OUTCOME(REFUSED, 13, "the kernel refuses modules: signature, lockdown, modules disabled") \
	OUTCOME(MISMATCH, 14, "the module was built for another kernel")                          \
	OUTCOME(BUSY, 15, "another version is loaded and in use")                                 \
	OUTCOME(NO_DOWNLOADS, 16, "a download was requested, and nothing can be downloaded")      \
	OUTCOME(UNSUPPORTED, 18, "this kernel or this kind of driver is not supported")           \
	OUTCOME(NO_SOURCES, 19, "the module's sources are not installed")                         \
	OUTCOME(LOAD_FAILED, 20, "loading failed for another reason")

enum outcome {
#define OUTCOME(name, status, meaning) name = status,
	OUTCOMES
#undef OUTCOME
};

struct loader {
	/* From the command line and the environment. */
	bool compile, download, clean, print_env;
	char name[64];		  /* of the module */
	char version[64];	  /* of the sources: dkms, /usr/src/NAME-VERSION */
	char host_root[PATH_MAX]; /* prefix of /etc, /lib/modules, /usr; "" for none */
	char sys_root[PATH_MAX];  /* prefix of /sys, /proc, /dev; "" except in tests */
	/* Detected by host.c; target is the distribution as Falco names it. */
	char release[128], kernel_version[256], arch[72], target[64], headers_hint[256];
};

/* Print one line about a step to stdout. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- host.c ---- */
/* Fill in the detected members of l. */
void host_detect(struct loader *l);
/* Print settings and detected values to stdout as NAME="value" lines. */
void host_print(const struct loader *l);
/* SUCCESS if this kernel can load modules; else the reason, after printing it. */
enum outcome host_preflight(const struct loader *l);
/*
 * Copy the first line of a file, without its newline, truncated to n bytes.  False if unreadable.
 */
bool host_line(const char *path, char *out, size_t n);

/* ---- module.c ---- */
/* Whether a module of that name is loaded, whatever its version. */
bool module_is_loaded(const struct loader *l);
/* Whether the loaded module's API version is compatible.  Prints what was found. */
bool module_fits(const struct loader *l);
/* SUCCESS when no module is loaded any more; else BUSY, after printing the processes that use it. */
enum outcome module_unload(const struct loader *l);
/* Load the installed module. */
enum outcome module_modprobe(const struct loader *l);
/*
 * Load the first prebuilt file found in the places that README.md lists; LOAD_FAILED when there is
 * none.
 */
enum outcome module_prebuilt(const struct loader *l);
/* Load a module file; the errno of finit_module(2) decides the outcome. */
enum outcome module_insert(const struct loader *l, const char *path);

/* ---- build.c ---- */
/* Build and install the module with dkms, then load it. */
enum outcome build_dkms(const struct loader *l);
/* Remove this version from dkms, if dkms is installed; a failure is only printed. */
void build_remove(const struct loader *l);

/* ---- command.c ---- */
/*
 * Run argv[0], found in PATH, without a shell, and wait for it.  Returns its exit status, 127 if it
 * cannot be started, 128 + signal if it was killed. out gets stdout and stderr, truncated to n
 * bytes with the terminating NUL; n = 0 for none.
 */
int command_run(char *const argv[], char *out, size_t n);
/* Whether an executable of that name is in PATH. */
bool command_exists(const char *name);

#endif
