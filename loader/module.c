// SPDX-License-Identifier: Apache-2.0
/* Queries, unloads and loads the kernel module. */
#include "loader.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "uapi/ioctl.h"
#include "uapi/version.h"

/* Bytes of a command's output that are kept. */
enum { OUTPUT_MAX = 8192 };

#ifndef MODULE_INIT_COMPRESSED_FILE /* linux/module.h, since 5.17 */
#define MODULE_INIT_COMPRESSED_FILE 4
#endif

bool module_is_loaded(const struct loader *l)
{
	char path[PATH_MAX + 128];

	snprintf(path, sizeof(path), "%s/sys/module/%s", l->sys_root, l->name);
	return !access(path, F_OK);
}

/*
 * API version from the device, 0 when it cannot be opened.  The handshake comes first: the older
 * ioctl may report an older version on purpose (module parameter report_api).
 */
static uint64_t read_api_version(const struct loader *l)
{
	struct falco_handshake h = { .size = sizeof(h) };
	char path[PATH_MAX + 128];
	__u64 version = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/dev/%s0", l->sys_root, l->name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (ioctl(fd, FALCO_IOCTL_HANDSHAKE, &h) == 0 && h.magic == FALCO_HANDSHAKE_MAGIC)
		version = h.api_version;
	else if (ioctl(fd, FALCO_IOCTL_GET_API_VERSION, &version))
		version = 0;
	close(fd);
	return version;
}

bool module_fits(const struct loader *l)
{
	char path[PATH_MAX + 128], text[64] = "unknown";
	uint64_t api = read_api_version(l);

	snprintf(path, sizeof(path), "%s/sys/module/%s/version", l->sys_root, l->name);
	host_line(path, text, sizeof(text));
	if (api) {
		bool fits = FALCO_VERSION_MAJOR(api) == FALCO_API_MAJOR && api >= FALCO_API_VERSION;

		say("Loaded module: version %s, API %u.%u.%u, needed %s: %s", text,
		    FALCO_VERSION_MAJOR(api), FALCO_VERSION_MINOR(api), FALCO_VERSION_PATCH(api),
		    FALCO_API_STRING, fits ? "fits" : "does not fit");
		return fits;
	}
	/* The device may be in use or not created yet: compare the version string of the module. */
	say("Loaded module: version %s, its device cannot be opened%s", text,
	    strcmp(text, FALCO_DRIVER_VERSION) ? "" : ", but the version fits");
	return !strcmp(text, FALCO_DRIVER_VERSION);
}

/* Whether process pid has a device of the module open. */
static bool process_uses_device(const struct loader *l, const char *pid)
{
	char dir[PATH_MAX + 300], link[PATH_MAX + 600], target[PATH_MAX], device[128];
	bool found = false;
	struct dirent *e;
	DIR *d;

	snprintf(device, sizeof(device), "/dev/%s", l->name);
	snprintf(dir, sizeof(dir), "%s/proc/%.16s/fd", l->sys_root, pid);
	d = opendir(dir);
	while (d && !found && (e = readdir(d))) {
		ssize_t n;

		snprintf(link, sizeof(link), "%s/%s", dir, e->d_name);
		n = readlink(link, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = 0;
		found = !strncmp(target, device, strlen(device)) &&
			isdigit((unsigned char)target[strlen(device)]);
	}
	if (d)
		closedir(d);
	return found;
}

static void say_users(const struct loader *l)
{
	char path[PATH_MAX + 300], comm[64];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "%s/proc", l->sys_root);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		if (!isdigit((unsigned char)e->d_name[0]) || !process_uses_device(l, e->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/proc/%.16s/comm", l->sys_root, e->d_name);
		if (!host_line(path, comm, sizeof(comm)))
			snprintf(comm, sizeof(comm), "?");
		say("  in use by %s (process %s)", comm, e->d_name);
	}
	if (d)
		closedir(d);
}

enum outcome module_unload(const struct loader *l)
{
	char *argv[] = { "rmmod", (char *)l->name, NULL }, out[OUTPUT_MAX];

	if (!module_is_loaded(l))
		return SUCCESS;
	say("Unloading the loaded module");
	if (!command_run(argv, out, sizeof(out)) && !module_is_loaded(l))
		return SUCCESS;
	out[strcspn(out, "\n")] = 0;
	say("The module cannot be unloaded: %s", out[0] ? out : "it is still loaded");
	say_users(l);
	return BUSY;
}

/* The outcome for an errno of finit_module(2). */
static enum outcome outcome_of(int err, bool compressed)
{
	/* A kernel that cannot decompress modules (before 5.17) returns EINVAL, too. */
	if (err == EINVAL && compressed)
		return LOAD_FAILED;
	switch (err) {
	case EKEYREJECTED: /* unsigned or signed with an unknown key, and signatures are enforced */
	case ENOKEY:
	case EPERM:  /* lockdown, kernel.modules_disabled */
	case EACCES: /* a security module (LSM) */
		return REFUSED;
	case ENOEXEC: /* vermagic or relocations of another kernel */
	case ENOENT:  /* unknown symbol */
	case EINVAL:  /* a symbol of another version (CONFIG_MODVERSIONS) */
		return MISMATCH;
	default: /* EBADMSG among them: a damaged file, whatever the kernel's policy is */
		return LOAD_FAILED;
	}
}

static void say_advice(const struct loader *l, enum outcome why)
{
	if (why == REFUSED)
		say("  The kernel requires a signature with an enrolled key: enrol dkms' key "
		    "(mokutil --import /var/lib/dkms/mok.pub) and reboot, or turn Secure Boot off");
	else if (why == MISMATCH)
		say("  The module was built for another kernel than %s", l->release);
}

/* falco.ko.xz, falco.ko.zst, ... */
static bool is_compressed(const char *path)
{
	size_t n = strlen(path);

	return n < 3 || strcmp(path + n - 3, ".ko");
}

/*
 * finit_module(2) of the file.  Returns 0 or its errno; a negative errno: the file cannot be opened.
 * In a test the command finit_module in PATH replaces the system call; its exit status is the errno.
 */
static int insert_file(const struct loader *l, const char *path)
{
	char *test_command[] = { "finit_module", (char *)path, NULL };
	int flags = is_compressed(path) ? MODULE_INIT_COMPRESSED_FILE : 0, fd, err;

	if (l->sys_root[0])
		return command_run(test_command, NULL, 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, "", flags) ? errno : 0;
	close(fd);
	return err;
}

/* After tool reported success: whether the module is loaded and fits. */
static enum outcome confirm_loaded(const struct loader *l, const char *tool)
{
	if (module_is_loaded(l) && module_fits(l)) {
		say("* Success: %s module found and inserted", l->name);
		return SUCCESS;
	}
	say("%s reported success, but no fitting module is loaded", tool);
	return LOAD_FAILED;
}

/* Says why insert_file() failed with err. */
static enum outcome insert_failed(const struct loader *l, const char *path, int err)
{
	enum outcome why = LOAD_FAILED;

	if (err < 0) {
		say("cannot open %s: %s", path, strerror(-err));
		return why;
	}
	why = outcome_of(err, is_compressed(path));
	say("finit_module: cannot insert %s: %s", path, strerror(err));
	say_advice(l, why);
	return why;
}

static enum outcome load_file(const struct loader *l, const char *path)
{
	int err = insert_file(l, path);

	return !err || err == EEXIST ? confirm_loaded(l, "finit_module")
				     : insert_failed(l, path, err);
}

/*
 * modprobe has one exit status for every failure.  To learn the errno, insert the file that modprobe
 * uses with finit_module(2).  LOAD_FAILED if no module is installed.
 */
static enum outcome modprobe_failed(const struct loader *l)
{
	char *argv[] = { "modinfo", "-n", (char *)l->name, NULL }, path[PATH_MAX];
	int err;

	if (command_run(argv, path, sizeof(path)))
		return LOAD_FAILED;
	path[strcspn(path, "\n")] = 0;
	if (path[0] != '/')
		return LOAD_FAILED;
	err = insert_file(l, path);
	if (err == EEXIST)
		return confirm_loaded(l, "finit_module");
	if (err)
		return insert_failed(l, path, err);
	/* The administrator's configuration of modprobe decides, so the module may not stay. */
	say("modprobe's configuration (/etc/modprobe.d) prevents loading %s", path);
	module_unload(l);
	return LOAD_FAILED;
}

enum outcome module_modprobe(const struct loader *l)
{
	char *argv[] = { "modprobe", (char *)l->name, NULL }, out[OUTPUT_MAX];

	say("* Trying to load an installed %s module with modprobe", l->name);
	if (!command_run(argv, out, sizeof(out)))
		return confirm_loaded(l, argv[0]);
	out[strcspn(out, "\n")] = 0;
	say("modprobe: %s", out[0] ? out : "failed");
	return modprobe_failed(l);
}

/*
 * The kernel release in "vermagic=6.1.0-50-amd64 SMP ..." of an uncompressed module file; empty if
 * there is none.
 */
static void vermagic(const char *path, char *out, size_t n)
{
	static const char key[] = "vermagic=";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	const char *bytes, *at = NULL;

	out[0] = 0;
	if (fd < 0)
		return;
	if (!fstat(fd, &st) && st.st_size > 0) {
		bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (bytes != MAP_FAILED) {
			const char *end = bytes + st.st_size;

			at = memmem(bytes, (size_t)st.st_size, key, sizeof(key) - 1);
			for (at = at ? at + sizeof(key) - 1 : end;
			     at < end && *at && *at != ' ' && n > 1; n--)
				*out++ = *at++;
			*out = 0;
			munmap((void *)bytes, (size_t)st.st_size);
		}
	}
	close(fd);
}

enum outcome module_insert(const struct loader *l, const char *path)
{
	char release[128];

	vermagic(path, release, sizeof(release));
	if (release[0] && strcmp(release, l->release)) {
		say("%s was built for kernel %s, this is %s", path, release, l->release);
		return MISMATCH;
	}
	say("* Inserting %s", path);
	return load_file(l, path);
}

enum outcome module_prebuilt(const struct loader *l)
{
	const char *home = getenv("HOME");
	char path[3][PATH_MAX + 1024];
	bool any = false;
	enum outcome why = LOAD_FAILED;

	snprintf(path[0], sizeof(path[0]), "%s/.falco/%s/%s/%s_%s_%s_%s.ko", home ? home : "/root",
		 l->version, l->arch, l->name, l->target, l->release, l->kernel_version);
	snprintf(path[1], sizeof(path[1]), "%s/usr/share/falco/%s_%s_%s_%s.ko", l->host_root,
		 l->name, l->target, l->release, l->kernel_version);
	snprintf(path[2], sizeof(path[2]), "%s/usr/share/falco/%s-%s.ko", l->host_root, l->name,
		 l->release);
	say("* Looking for a prebuilt module");
	for (unsigned i = 0; i < 3; i++) {
		if (access(path[i], R_OK)) {
			say("  not there: %s", path[i]);
			continue;
		}
		any = true;
		why = module_insert(l, path[i]);
		if (why == SUCCESS)
			return SUCCESS;
	}
	if (!any)
		say("  no prebuilt module for this kernel");
	return why;
}
