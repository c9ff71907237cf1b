// SPDX-License-Identifier: Apache-2.0
/*
 * Loading the module: parameters, reported versions, and failures.
 *
 * Each test starts without the module and loads it with default parameters at the end.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#define OWN_FIXTURE
#include "expect.h"
#include "uapi/version.h"

enum { MODULE_TIMEOUT = 180 }; /* seconds; one load takes some on a busy machine */

#define MODULE_PARAMETERS "/sys/module/falco/parameters/"

static int module_file(void)
{
	struct utsname kernel;
	char path[256];

	uname(&kernel);
	snprintf(path, sizeof(path), "/lib/modules/%s/updates/falco.ko", kernel.release);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Returns 0 or -errno. */
static int module_insert(const char *parameters)
{
	int fd = module_file(), result;

	result = syscall(__NR_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return result;
}

static int module_remove(void)
{
	for (int i = 0; i < 100; i++) {
		if (!syscall(__NR_delete_module, "falco", O_NONBLOCK) || errno == ENOENT)
			return 0;
		usleep(50000);
	}
	return -1;
}

FIXTURE(loaded)
{
	struct driver d;
	const struct record *ev;
};

FIXTURE_SETUP(loaded)
{
	int fd = module_file();

	if (fd < 0)
		SKIP(return, "no falco.ko in /lib/modules");
	close(fd);
	ASSERT_EQ(0, module_remove());
	/* so that kernel_log_has() searches only this test's messages */
	klogctl(5 /* clear */, NULL, 0);
}

FIXTURE_TEARDOWN(loaded)
{
	if (self->d.fds)
		driver_close(&self->d);
	module_remove();
	EXPECT_EQ(0, module_insert(""));
}

/* Whether the kernel has logged this text since the test began. */
static bool kernel_log_has(const char *text)
{
	static char log[1 << 18];
	int n = klogctl(3 /* read all */, log, sizeof(log) - 1);

	log[n > 0 ? n : 0] = 0;
	return strstr(log, text) != NULL;
}

/* The first line of a file in sysfs, without newline; static buffer, empty if it cannot be read. */
static const char *sysfs_line(const char *path)
{
	static char text[256];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = 0;
	text[strcspn(text, "\n")] = 0;
	return text;
}

static unsigned long long module_version(struct driver *d, unsigned long command)
{
	unsigned long long version = 0;

	return driver_ioctl(d, command, (unsigned long)&version) ? 0 : version;
}

/* ---- report_api ---- */

/*
 * The version ioctls return the versions that report_api selects; the handshake always returns the
 * module's real versions.
 */
static void check_report_api(struct __test_metadata *_metadata, struct driver *d,
			     const char *parameters, const char *name, unsigned long long api,
			     unsigned long long schema)
{
	struct falco_handshake h = { .size = sizeof(h) };

	ASSERT_EQ(0, module_insert(parameters));
	ASSERT_EQ(0, driver_open(d, 0));
	EXPECT_STREQ(name, sysfs_line(MODULE_PARAMETERS "report_api"));
	EXPECT_EQ(api, module_version(d, FALCO_IOCTL_GET_API_VERSION));
	EXPECT_EQ(schema, module_version(d, FALCO_IOCTL_GET_SCHEMA_VERSION));
	EXPECT_EQ(0, driver_ioctl(d, FALCO_IOCTL_HANDSHAKE, (unsigned long)&h));
	EXPECT_EQ(FALCO_API_VERSION, h.api_version);
	EXPECT_EQ(FALCO_SCHEMA_VERSION, h.schema_version);
	driver_close(d);
	EXPECT_EQ(0, module_remove());
}

TEST_F_TIMEOUT(loaded, report_api_versions, MODULE_TIMEOUT)
{
	check_report_api(_metadata, &self->d, "", "10.1.0", FALCO_VERSION_CODE(10, 1, 0),
			 FALCO_VERSION_CODE(4, 5, 1));
	check_report_api(_metadata, &self->d, "report_api=10.1.0", "10.1.0",
			 FALCO_VERSION_CODE(10, 1, 0), FALCO_VERSION_CODE(4, 5, 1));
	check_report_api(_metadata, &self->d, "report_api=10.0.0", "10.0.0",
			 FALCO_VERSION_CODE(10, 0, 0), FALCO_VERSION_CODE(4, 5, 0));
	check_report_api(_metadata, &self->d, "report_api=8.0.4", "8.0.4",
			 FALCO_VERSION_CODE(8, 0, 4), FALCO_VERSION_CODE(4, 1, 0));
}

/* keyctl has its own event since schema 4.2; in earlier versions it is recorded as generic. */
static void check_keyctl_event(struct __test_metadata *_metadata, FIXTURE_DATA(loaded) * self,
			       const char *parameters, unsigned keyctl_events)
{
	ASSERT_EQ(0, module_insert(parameters));
	ASSERT_EQ(0, driver_open(&self->d, 0));
	RECORD(__NR_keyctl);
	RECORD(__NR_openat);
	syscall(__NR_keyctl, 0, -1, 0);
	syscall(__NR_openat, -1, "none", 0, 0);
	EXPECT_EQ(keyctl_events, driver_count(&self->d, EV_keyctl, syscall(__NR_gettid)));
	EXPECT_EQ(1 - keyctl_events, driver_count(&self->d, EV_generic, syscall(__NR_gettid)));
	EXPECT_EQ(1u, driver_count(&self->d, EV_openat, syscall(__NR_gettid)));
	if (!keyctl_events) {
		FIND(generic);
		EXPECT_NUM(generic, ID, SC_keyctl);
		EXPECT_NUM(generic, nativeID, __NR_keyctl);
	}
	driver_close(&self->d);
	EXPECT_EQ(0, module_remove());
}

TEST_F_TIMEOUT(loaded, report_api_hides_later_events, MODULE_TIMEOUT)
{
	check_keyctl_event(_metadata, self, "report_api=8.0.4", 0);
	check_keyctl_event(_metadata, self, "report_api=10.0.0", 1);
	check_keyctl_event(_metadata, self, "", 1);
}

/* Records have the parameters of the schema of the reported version. */
static void check_event_parameters(struct __test_metadata *_metadata, FIXTURE_DATA(loaded) * self,
				   const char *parameters, unsigned socket_params,
				   unsigned fcntl_params)
{
	static uint8_t n[EVENT_NUMBERS];
	int fd;

	ASSERT_EQ(0, module_insert(parameters));
	ASSERT_EQ(0, driver_open(&self->d, 0));
	RECORD(__NR_socket);
	RECORD(__NR_fcntl);
	RECORD(__NR_openat);
	fd = syscall(__NR_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	syscall(__NR_fcntl, fd, F_SETFL, O_NONBLOCK);
	syscall(__NR_openat, -1, "none", O_WRONLY, 0);
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_GET_EVENT_PARAMS, (unsigned long)n));
	EXPECT_EQ(socket_params, n[EV_socket]);
	EXPECT_EQ(fcntl_params, n[EV_fcntl]);
	self->ev = driver_find(&self->d, EV_socket, syscall(__NR_gettid), 0);
	ASSERT_NE(NULL, self->ev);
	EXPECT_EQ(socket_params, self->ev->n_params);
	EXPECT_NUM(socket, fd, fd);
	EXPECT_NUM(socket, domain, socket_families_AF_UNIX);
	EXPECT_NUM(socket, type, SOCK_DGRAM | SOCK_CLOEXEC);
	EXPECT_NUM(socket, proto, 0);
	if (socket_params == NPARAMS(socket))
		EXPECT_NUM(socket, flags, file_flags_O_CLOEXEC);
	self->ev = driver_find(&self->d, EV_fcntl, syscall(__NR_gettid), 0);
	ASSERT_NE(NULL, self->ev);
	EXPECT_EQ(fcntl_params, self->ev->n_params);
	EXPECT_NUM(fcntl, res, 0);
	EXPECT_NUM(fcntl, fd, fd);
	EXPECT_NUM(fcntl, cmd, fcntl_commands_F_SETFL);
	if (fcntl_params == NPARAMS(fcntl))
		EXPECT_NUM(fcntl, arg, O_NONBLOCK);
	FIND(openat);
	EXPECT_TEXT(openat, name, "none");
	EXPECT_NUM(openat, flags, file_flags_O_WRONLY);
	close(fd);
	driver_close(&self->d);
	EXPECT_EQ(0, module_remove());
}

TEST_F_TIMEOUT(loaded, report_api_hides_later_parameters, MODULE_TIMEOUT)
{
	check_event_parameters(_metadata, self, "report_api=8.0.4", 4, 3);
	check_event_parameters(_metadata, self, "report_api=10.0.0", 5, 4);
	check_event_parameters(_metadata, self, "", 5, 4);
}

TEST_F_TIMEOUT(loaded, report_api_rejects_unknown_version, MODULE_TIMEOUT)
{
	static const char *const wrong[] = { "9.0.0", "8.0.3", "10.1", "10.1.0x", "", "latest" };
	char text[64];

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		klogctl(5 /* clear */, NULL, 0);
		snprintf(text, sizeof(text), "report_api=%s", wrong[i]);
		EXPECT_EQ(-EINVAL, module_insert(text));
		EXPECT_TRUE(kernel_log_has("for parameter `report_api'"));
		EXPECT_TRUE(kernel_log_has("report_api takes 10.1.0, 10.0.0 or 8.0.4"));
	}
	EXPECT_EQ(-EINVAL, module_insert("report_api"));
	EXPECT_EQ(-1, access(MODULE_PARAMETERS, F_OK));
}

TEST_F_TIMEOUT(loaded, report_api_is_read_only, MODULE_TIMEOUT)
{
	struct stat st;

	ASSERT_EQ(0, module_insert("report_api=8.0.4"));
	ASSERT_EQ(0, stat(MODULE_PARAMETERS "report_api", &st));
	EXPECT_EQ(0444u, st.st_mode & 0777);
}

/* ---- the other parameters ---- */

TEST_F_TIMEOUT(loaded, module_parameters_and_defaults, MODULE_TIMEOUT)
{
	static const struct {
		const char *name, *value;
		unsigned mode;
	} parameters[] = {
		{ "g_buffer_bytes_dim", "8388608", 0644 },
		{ "max_consumers", "5", 0444 },
		{ "verbose", "N", 0444 },
		{ "report_api", "10.1.0", 0444 },
	};
	char path[128];
	struct stat st;
	DIR *dir;
	int n = 0;

	ASSERT_EQ(0, module_insert(""));
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		snprintf(path, sizeof(path), MODULE_PARAMETERS "%s", parameters[i].name);
		ASSERT_EQ(0, stat(path, &st));
		EXPECT_EQ(parameters[i].mode, st.st_mode & 0777);
		EXPECT_STREQ(parameters[i].value, sysfs_line(path));
	}
	dir = opendir(MODULE_PARAMETERS);
	ASSERT_NE(NULL, dir);
	for (struct dirent *e; (e = readdir(dir));)
		n += e->d_name[0] != '.';
	closedir(dir);
	EXPECT_EQ(ARRAY_SIZE(parameters), n);
}

TEST_F_TIMEOUT(loaded, module_parameter_errors_name_parameter, MODULE_TIMEOUT)
{
	static const struct {
		const char *text, *name;
	} wrong[] = {
		{ "g_buffer_bytes_dim=8192", "`g_buffer_bytes_dim'" },
		{ "g_buffer_bytes_dim=0x100000", "`g_buffer_bytes_dim'" },
		{ "g_buffer_bytes_dim=1000000", "`g_buffer_bytes_dim'" },
		{ "max_consumers=many", "`max_consumers'" },
		{ "verbose=perhaps", "`verbose'" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		klogctl(5 /* clear */, NULL, 0);
		EXPECT_EQ(-EINVAL, module_insert(wrong[i].text));
		EXPECT_TRUE(kernel_log_has(wrong[i].name));
	}
}

TEST_F_TIMEOUT(loaded, g_buffer_bytes_dim_at_load, MODULE_TIMEOUT)
{
	struct falco_handshake h = { .size = sizeof(h) };
	int fd;

	ASSERT_EQ(0, module_insert("g_buffer_bytes_dim=65536"));
	fd = open("/dev/falco0", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, ioctl(fd, FALCO_IOCTL_HANDSHAKE, &h));
	EXPECT_EQ(65536u, h.ring_size);
	close(fd);
}

/* Opens the first device; called in another thread, which makes it another consumer. */
static void *open_in_other_thread(void *fd)
{
	*(int *)fd = open("/dev/falco0", O_RDWR | O_CLOEXEC);
	if (*(int *)fd < 0)
		*(int *)fd = -errno;
	return NULL;
}

TEST_F_TIMEOUT(loaded, max_consumers_at_load, MODULE_TIMEOUT)
{
	int fd, other = 0, again = 0;
	pthread_t thread;

	ASSERT_EQ(0, module_insert("max_consumers=1"));
	fd = open("/dev/falco0", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	pthread_create(&thread, NULL, open_in_other_thread, &other);
	pthread_join(thread, NULL);
	EXPECT_EQ(-EBUSY, other);
	close(fd);
	pthread_create(&thread, NULL, open_in_other_thread, &again);
	pthread_join(thread, NULL);
	EXPECT_LE(0, again);
	close(again);
}

TEST_F_TIMEOUT(loaded, verbose_logs_new_consumers, MODULE_TIMEOUT)
{
	char text[64];

	snprintf(text, sizeof(text), "[%d] listens", (int)syscall(__NR_gettid));
	ASSERT_EQ(0, module_insert(""));
	close(open("/dev/falco0", O_RDWR | O_CLOEXEC));
	EXPECT_FALSE(kernel_log_has(text));
	ASSERT_EQ(0, module_remove());
	ASSERT_EQ(0, module_insert("verbose=1"));
	close(open("/dev/falco0", O_RDWR | O_CLOEXEC));
	EXPECT_TRUE(kernel_log_has(text));
}

/* ---- versions, use count ---- */

TEST_F_TIMEOUT(loaded, modinfo_versions, MODULE_TIMEOUT)
{
	static const char *const wanted[] = {
		"version=" FALCO_DRIVER_VERSION, "build_commit=",
		"api_version=" FALCO_API_STRING, "schema_version=" FALCO_SCHEMA_STRING,
		"license=Dual MIT/GPL",		 "author=",
	};
	static char bytes[8 << 20];
	int fd = module_file();
	ssize_t n = read(fd, bytes, sizeof(bytes));

	close(fd);
	ASSERT_LT(0, n);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		EXPECT_NE(NULL, memmem(bytes, n, wanted[i], strlen(wanted[i])));
	ASSERT_EQ(0, module_insert(""));
	EXPECT_STREQ(FALCO_DRIVER_VERSION, sysfs_line("/sys/module/falco/version"));
	EXPECT_TRUE(kernel_log_has("API " FALCO_API_STRING ", schema " FALCO_SCHEMA_STRING));
}

TEST_F_TIMEOUT(loaded, module_in_use_while_open, MODULE_TIMEOUT)
{
	void *page;
	int fd;

	ASSERT_EQ(0, module_insert(""));
	fd = open("/dev/falco0", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-1, syscall(__NR_delete_module, "falco", O_NONBLOCK));
	EXPECT_EQ(EWOULDBLOCK, errno);
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, page);
	close(fd);
	EXPECT_EQ(-1, syscall(__NR_delete_module, "falco", O_NONBLOCK));
	EXPECT_EQ(EWOULDBLOCK, errno);
	munmap(page, 4096);
	EXPECT_EQ(0, module_remove());
	EXPECT_EQ(-1, access("/dev/falco0", F_OK));
}

/* ---- failed loads ---- */

/* more than the 149 major numbers that alloc_chrdev_region() can allocate */
enum { MODULE_FAILURES = 300 };

/* The text of /proc/devices. Two static buffers: the previous result stays valid. */
static const char *device_numbers(void)
{
	static char text[2][8192];
	static int turn;
	int fd = open("/proc/devices", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text[turn ^= 1], sizeof(*text) - 1);

	close(fd);
	text[turn][n > 0 ? n : 0] = 0;
	return text[turn];
}

TEST_F_TIMEOUT(loaded, failed_load_releases_device_number, MODULE_TIMEOUT * 3)
{
	char before[8192];

	strcpy(before, device_numbers());
	ASSERT_NE(NULL, strstr(before, "Character devices"));
	EXPECT_EQ(NULL, strstr(before, " falco\n"));
	for (int i = 0; i < MODULE_FAILURES; i++)
		ASSERT_EQ(-EINVAL, module_insert(i % 2 ? "g_buffer_bytes_dim=1" : "report_api=1"));
	EXPECT_STREQ(before, device_numbers());
	/* unloading releases the number, and the next load gets the same one */
	for (int i = 0; i < 5; i++) {
		ASSERT_EQ(0, module_insert(""));
		EXPECT_NE(NULL, strstr(device_numbers(), " falco\n"));
		ASSERT_EQ(0, module_remove());
		EXPECT_STREQ(before, device_numbers());
	}
}
