// SPDX-License-Identifier: Apache-2.0
/*
 * Opens the driver's devices, checks versions and maps rings (kmod/doc/ioctls.md).
 *
 * In: a device name.  Out: a ring for each online CPU.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/macros.h"
#include "source/kmod.h"
#include "uapi/ioctl.h"
#include "uapi/version.h"

/*
 * API and schema versions that this reader supports: the same major version, and a minor.patch that
 * is not older.  8.0.4 (Falco's module 9.0.0) is the first API whose exit events have all
 * parameters.  Events with fewer parameters than today's are converted, as in old captures.
 */
static const struct {
	unsigned long long api, schema;
} supported[] = {
	{ FALCO_VERSION_CODE(8, 0, 4), FALCO_VERSION_CODE(4, 0, 0) },
	{ FALCO_VERSION_CODE(10, 0, 0), FALCO_VERSION_CODE(4, 0, 0) },
};

static bool version_fits(unsigned long long found, unsigned long long wanted)
{
	return FALCO_VERSION_MAJOR(found) == FALCO_VERSION_MAJOR(wanted) && found >= wanted;
}

/* One more than the highest possible CPU number: "0-3,8" -> 9.  0: unreadable. */
static unsigned possible_cpus(void)
{
	int fd = open("/sys/devices/system/cpu/possible", O_RDONLY | O_CLOEXEC);
	unsigned long cpu = 0;
	char text[256], *at = text;
	ssize_t n;

	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return 0;
	text[n] = 0;
	while (*at >= '0' && *at <= '9') {
		cpu = strtoul(at, &at, 10);
		if (*at)
			at++;
	}
	return cpu < 65536 ? (unsigned)cpu + 1 : 0;
}

/* Opens a parameter of the module, which has the name of its devices. */
static int parameter_open(const struct kmod *k, const char *name, int flags)
{
	const char *slash = strrchr(k->device, '/');
	char path[256], module[sizeof(k->device)];

	snprintf(module, sizeof(module), "%s", slash ? slash + 1 : k->device);
	for (char *c = module; *c; c++)
		*c = *c == '-' ? '_' : *c;
	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", module, name);
	return open(path, flags | O_CLOEXEC);
}

static uint64_t buffer_bytes_now(const struct kmod *k)
{
	int fd = parameter_open(k, "g_buffer_bytes_dim", O_RDONLY);
	char text[32] = "";
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 ? strtoull(text, NULL, 10) : 0;
}

static bool buffer_bytes_valid(uint64_t bytes)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	return bytes > 2 * page && bytes <= 1u << 30 && (bytes & (bytes - 1)) == 0;
}

/* Sets the size of rings, before they are allocated by opening the devices. */
static int buffer_bytes_set(struct kmod *k, uint64_t bytes, char *err, size_t err_size)
{
	int fd, n, got, error;
	char text[32];

	if (!bytes || bytes == buffer_bytes_now(k))
		return 0;
	if (!buffer_bytes_valid(bytes)) {
		snprintf(err, err_size,
			 "ring size %llu: not a power of two between 4 pages and 1 GiB",
			 (unsigned long long)bytes);
		return -1;
	}
	n = snprintf(text, sizeof(text), "%llu", (unsigned long long)bytes);
	fd = parameter_open(k, "g_buffer_bytes_dim", O_WRONLY);
	got = fd < 0 ? -1 : (int)write(fd, text, (size_t)n);
	error = errno;
	if (fd >= 0)
		close(fd);
	/* No such file: the module is not loaded, which open_failed() reports better. */
	if (got == n || error == ENOENT)
		return 0;
	snprintf(err, err_size, "cannot set the driver's ring size to %s: %s", text,
		 strerror(error));
	return -1;
}

static int open_failed(const char *path, int error, char *err, size_t err_size)
{
	if (error == ENOENT || error == ENXIO)
		snprintf(err, err_size,
			 "%s: the kernel module is not loaded: run falco-driver-loader", path);
	else if (error == EACCES || error == EPERM)
		snprintf(err, err_size, "%s: permission denied: run as root (CAP_DAC_OVERRIDE)",
			 path);
	else if (error == EBUSY)
		snprintf(err, err_size,
			 "%s: too many readers of the driver: stop one, or load the module with "
			 "a larger max_consumers",
			 path);
	else if (error == ENOMEM)
		snprintf(err, err_size,
			 "%s: the kernel has no memory for the rings: choose a smaller ring size",
			 path);
	else
		snprintf(err, err_size, "%s: %s", path, strerror(error));
	return -1;
}

static int version_check(struct kmod *k, int fd, const char *path, char *err, size_t err_size)
{
	__u64 api = 0, schema = 0;

	if (ioctl(fd, FALCO_IOCTL_GET_API_VERSION, &api) < 0 ||
	    ioctl(fd, FALCO_IOCTL_GET_SCHEMA_VERSION, &schema) < 0) {
		snprintf(err, err_size,
			 "%s: not a Falco driver: it does not report its version (%s)", path,
			 strerror(errno));
		return -1;
	}
	k->api = api;
	k->schema = schema;
	for (size_t i = 0; i < ARRAY_SIZE(supported); i++)
		if (version_fits(api, supported[i].api) && version_fits(schema, supported[i].schema))
			return 0;
	snprintf(err, err_size,
		 "%s: driver API %u.%u.%u, schema %u.%u.%u: need API 10.0.0 (or 8.0.4) and "
		 "schema 4.0.0 or later: run falco-driver-loader",
		 path, FALCO_VERSION_MAJOR(api), FALCO_VERSION_MINOR(api), FALCO_VERSION_PATCH(api),
		 FALCO_VERSION_MAJOR(schema), FALCO_VERSION_MINOR(schema),
		 FALCO_VERSION_PATCH(schema));
	return -1;
}

/*
 * The driver's version, for messages.  The driver may write up to a page; unprintable bytes become
 * '?'.
 */
static void driver_version(struct kmod *k)
{
	char text[4096] = "";

	if (ioctl(k->fd, FALCO_IOCTL_GET_DRIVER_VERSION, text) < 0 || !text[0])
		snprintf(text, sizeof(text), "unknown");
	snprintf(k->version, sizeof(k->version), "%.*s", (int)sizeof(k->version) - 1, text);
	for (char *c = k->version; *c; c++)
		*c = *c < ' ' || *c > '~' ? '?' : *c;
}

/*
 * This project's module reports the size of its rings; of other modules it is a parameter.
 */
static int ring_size_find(struct kmod *k, char *err, size_t err_size)
{
	struct falco_handshake hs = { .size = sizeof(hs) };

	if (ioctl(k->fd, FALCO_IOCTL_HANDSHAKE, &hs) == 0 && hs.magic == FALCO_HANDSHAKE_MAGIC) {
		k->features = hs.features;
		k->ring_size = hs.ring_size;
		/* GET_API_VERSION may report an older version, for other readers. */
		k->api = hs.api_version;
		k->schema = hs.schema_version;
	} else {
		k->ring_size = buffer_bytes_now(k);
	}
	if (buffer_bytes_valid(k->ring_size))
		return 0;
	snprintf(err, err_size, "%s0: cannot determine the size of the rings (found %llu)",
		 k->device, (unsigned long long)k->ring_size);
	return -1;
}

static int device_map(struct kmod *k, struct kmod_device *d, unsigned cpu, char *err,
		      size_t err_size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *at = mmap(NULL, 2 * k->ring_size, PROT_READ, MAP_SHARED, d->fd, 0);

	d->data = at != MAP_FAILED ? at : NULL;
	at = d->data ? mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, d->fd, 0) : MAP_FAILED;
	d->page = at != MAP_FAILED ? at : NULL;
	if (d->page) {
		ring_init(&k->rings[k->n_rings++], d->page, d->data, (uint32_t)k->ring_size,
			  (uint16_t)cpu);
		return 0;
	}
	snprintf(err, err_size, "%s%u: cannot map the ring of %llu bytes: %s", k->device, cpu,
		 (unsigned long long)k->ring_size, strerror(errno));
	return -1;
}

static int device_open(struct kmod *k, unsigned cpu, char *err, size_t err_size)
{
	struct kmod_device *d = &k->devices[cpu];
	char path[160];

	snprintf(path, sizeof(path), "%s%u", k->device, cpu);
	d->fd = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
	if (d->fd < 0)
		return errno == ENODEV ? 0 : open_failed(path, errno, err, err_size);
	if (version_check(k, d->fd, path, err, err_size) < 0)
		return -1;
	if (k->fd < 0) {
		k->fd = d->fd;
		driver_version(k);
		if (ring_size_find(k, err, err_size) < 0)
			return -1;
	}
	return device_map(k, d, cpu, err, err_size);
}

int device_open_all(struct kmod *k, const struct kmod_options *opt, char *err, size_t err_size)
{
	snprintf(k->device, sizeof(k->device), "%s", opt->device);
	k->fd = -1;
	k->n_devices = possible_cpus();
	k->devices = calloc(k->n_devices, sizeof(*k->devices));
	k->rings = calloc(k->n_devices, sizeof(*k->rings));
	if (!k->n_devices || !k->devices || !k->rings) {
		k->n_devices = 0;
		snprintf(err, err_size,
			 "cannot read the number of CPUs from /sys/devices/system/cpu/possible");
		return -1;
	}
	for (unsigned i = 0; i < k->n_devices; i++)
		k->devices[i].fd = -1;
	if (buffer_bytes_set(k, opt->buffer_bytes, err, err_size) < 0)
		return -1;
	for (unsigned i = 0; i < k->n_devices; i++)
		if (device_open(k, i, err, err_size) < 0)
			return -1;
	if (k->n_rings)
		return 0;
	snprintf(err, err_size, "%s0: no CPU is online", k->device);
	return -1;
}

void device_close_all(struct kmod *k)
{
	for (unsigned i = 0; i < k->n_devices; i++) {
		struct kmod_device *d = &k->devices[i];

		if (d->page)
			munmap(d->page, (size_t)sysconf(_SC_PAGESIZE));
		if (d->data)
			munmap(d->data, 2 * k->ring_size);
		if (d->fd >= 0)
			close(d->fd);
	}
	free(k->devices);
	free(k->rings);
}
