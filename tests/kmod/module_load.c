// SPDX-License-Identifier: Apache-2.0
/*
 * The module loaded in other ways than the other tests have it: parameters, versions, names.
 *
 * Each test begins without the module and leaves it as all others want it.
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

/* Loading takes its time, most of all on a busy machine. */
enum { LOADED_TIMEOUT = 180 };

#define LOADED_PARAMETERS "/sys/module/falco/parameters/"

static int loaded_file(void)
{
	struct utsname kernel;
	char path[256];

	uname(&kernel);
	snprintf(path, sizeof(path), "/lib/modules/%s/updates/falco.ko", kernel.release);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* 0 or -errno. */
static int loaded_with(const char *parameters)
{
	int fd = loaded_file(), result;

	result = syscall(__NR_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return result;
}

static int loaded_gone(void)
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
	int fd = loaded_file();

	if (fd < 0)
		SKIP(return, "the module is not where it could be loaded from");
	close(fd);
	ASSERT_EQ(0, loaded_gone());
	/* only what comes now */
	klogctl(5 /* clear */, NULL, 0);
}

FIXTURE_TEARDOWN(loaded)
{
	if (self->d.fds)
		driver_close(&self->d);
	loaded_gone();
	EXPECT_EQ(0, loaded_with(""));
}

/* Whether the kernel has said it since the test began. */
static bool loaded_says(const char *text)
{
	static char log[1 << 18];
	int n = klogctl(3 /* read all */, log, sizeof(log) - 1);

	log[n > 0 ? n : 0] = 0;
	return strstr(log, text) != NULL;
}

/* The text of a parameter, or of another file below the module's. */
static const char *loaded_text(const char *path)
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

static unsigned long long loaded_version(struct driver *d, unsigned long command)
{
	unsigned long long version = 0;

	return driver_ioctl(d, command, (unsigned long)&version) ? 0 : version;
}

/* ---- report_api ---- */

/* What an older reader hears, and what one that knows us can find out all the same. */
static void loaded_reports(struct __test_metadata *_metadata, struct driver *d,
			   const char *parameters, const char *name, unsigned long long api,
			   unsigned long long schema)
{
	struct falco_handshake h = { .size = sizeof(h) };

	ASSERT_EQ(0, loaded_with(parameters));
	ASSERT_EQ(0, driver_open(d, 0));
	EXPECT_STREQ(name, loaded_text(LOADED_PARAMETERS "report_api"));
	EXPECT_EQ(api, loaded_version(d, FALCO_IOCTL_GET_API_VERSION));
	EXPECT_EQ(schema, loaded_version(d, FALCO_IOCTL_GET_SCHEMA_VERSION));
	EXPECT_EQ(0, driver_ioctl(d, FALCO_IOCTL_HANDSHAKE, (unsigned long)&h));
	EXPECT_EQ(FALCO_API_VERSION, h.api_version);
	EXPECT_EQ(FALCO_SCHEMA_VERSION, h.schema_version);
	driver_close(d);
	EXPECT_EQ(0, loaded_gone());
}

TEST_F_TIMEOUT(loaded, report_api_versions, LOADED_TIMEOUT)
{
	loaded_reports(_metadata, &self->d, "", "10.1.0", FALCO_VERSION_CODE(10, 1, 0),
		       FALCO_VERSION_CODE(4, 5, 1));
	loaded_reports(_metadata, &self->d, "report_api=10.1.0", "10.1.0",
		       FALCO_VERSION_CODE(10, 1, 0), FALCO_VERSION_CODE(4, 5, 1));
	loaded_reports(_metadata, &self->d, "report_api=10.0.0", "10.0.0",
		       FALCO_VERSION_CODE(10, 0, 0), FALCO_VERSION_CODE(4, 5, 0));
	loaded_reports(_metadata, &self->d, "report_api=8.0.4", "8.0.4",
		       FALCO_VERSION_CODE(8, 0, 4), FALCO_VERSION_CODE(4, 1, 0));
}

/* keyctl has an event of its own since schema 4.2: before, it is a call like others. */
static void loaded_keyctl(struct __test_metadata *_metadata, FIXTURE_DATA(loaded) * self,
			  const char *parameters, unsigned own)
{
	ASSERT_EQ(0, loaded_with(parameters));
	ASSERT_EQ(0, driver_open(&self->d, 0));
	RECORD(__NR_keyctl);
	RECORD(__NR_openat);
	syscall(__NR_keyctl, 0, -1, 0);
	syscall(__NR_openat, -1, "none", 0, 0);
	EXPECT_EQ(own, driver_count(&self->d, EV_keyctl, syscall(__NR_gettid)));
	EXPECT_EQ(1 - own, driver_count(&self->d, EV_generic, syscall(__NR_gettid)));
	EXPECT_EQ(1u, driver_count(&self->d, EV_openat, syscall(__NR_gettid)));
	if (!own) {
		FIND(generic);
		EXPECT_NUM(generic, ID, SC_keyctl);
		EXPECT_NUM(generic, nativeID, __NR_keyctl);
	}
	driver_close(&self->d);
	EXPECT_EQ(0, loaded_gone());
}

TEST_F_TIMEOUT(loaded, report_api_hides_later_events, LOADED_TIMEOUT)
{
	loaded_keyctl(_metadata, self, "report_api=8.0.4", 0);
	loaded_keyctl(_metadata, self, "report_api=10.0.0", 1);
	loaded_keyctl(_metadata, self, "", 1);
}

/* As many parameters as the schema of that reader has, and those the same. */
static void loaded_parameters(struct __test_metadata *_metadata, FIXTURE_DATA(loaded) * self,
			      const char *parameters, unsigned of_socket, unsigned of_fcntl)
{
	static uint8_t n[EVENT_NUMBERS];
	int fd;

	ASSERT_EQ(0, loaded_with(parameters));
	ASSERT_EQ(0, driver_open(&self->d, 0));
	RECORD(__NR_socket);
	RECORD(__NR_fcntl);
	RECORD(__NR_openat);
	fd = syscall(__NR_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	syscall(__NR_fcntl, fd, F_SETFL, O_NONBLOCK);
	syscall(__NR_openat, -1, "none", O_WRONLY, 0);
	EXPECT_EQ(0, driver_ioctl(&self->d, FALCO_IOCTL_GET_EVENT_PARAMS, (unsigned long)n));
	EXPECT_EQ(of_socket, n[EV_socket]);
	EXPECT_EQ(of_fcntl, n[EV_fcntl]);
	self->ev = driver_find(&self->d, EV_socket, syscall(__NR_gettid), 0);
	ASSERT_NE(NULL, self->ev);
	EXPECT_EQ(of_socket, self->ev->n_params);
	EXPECT_NUM(socket, fd, fd);
	EXPECT_NUM(socket, domain, socket_families_AF_UNIX);
	EXPECT_NUM(socket, type, SOCK_DGRAM | SOCK_CLOEXEC);
	EXPECT_NUM(socket, proto, 0);
	if (of_socket == NPARAMS(socket))
		EXPECT_NUM(socket, flags, file_flags_O_CLOEXEC);
	self->ev = driver_find(&self->d, EV_fcntl, syscall(__NR_gettid), 0);
	ASSERT_NE(NULL, self->ev);
	EXPECT_EQ(of_fcntl, self->ev->n_params);
	EXPECT_NUM(fcntl, res, 0);
	EXPECT_NUM(fcntl, fd, fd);
	EXPECT_NUM(fcntl, cmd, fcntl_commands_F_SETFL);
	if (of_fcntl == NPARAMS(fcntl))
		EXPECT_NUM(fcntl, arg, O_NONBLOCK);
	FIND(openat);
	EXPECT_TEXT(openat, name, "none");
	EXPECT_NUM(openat, flags, file_flags_O_WRONLY);
	close(fd);
	driver_close(&self->d);
	EXPECT_EQ(0, loaded_gone());
}

TEST_F_TIMEOUT(loaded, report_api_hides_later_parameters, LOADED_TIMEOUT)
{
	loaded_parameters(_metadata, self, "report_api=8.0.4", 4, 3);
	loaded_parameters(_metadata, self, "report_api=10.0.0", 5, 4);
	loaded_parameters(_metadata, self, "", 5, 4);
}

TEST_F_TIMEOUT(loaded, report_api_rejects_unknown_version, LOADED_TIMEOUT)
{
	static const char *const wrong[] = { "9.0.0", "8.0.3", "10.1", "10.1.0x", "", "latest" };
	char text[64];

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		klogctl(5 /* clear */, NULL, 0);
		snprintf(text, sizeof(text), "report_api=%s", wrong[i]);
		EXPECT_EQ(-EINVAL, loaded_with(text));
		EXPECT_TRUE(loaded_says("for parameter `report_api'"));
		EXPECT_TRUE(loaded_says("report_api takes 10.1.0, 10.0.0 or 8.0.4"));
	}
	EXPECT_EQ(-EINVAL, loaded_with("report_api"));
	EXPECT_EQ(-1, access(LOADED_PARAMETERS, F_OK));
}

TEST_F_TIMEOUT(loaded, report_api_is_read_only, LOADED_TIMEOUT)
{
	struct stat st;

	ASSERT_EQ(0, loaded_with("report_api=8.0.4"));
	ASSERT_EQ(0, stat(LOADED_PARAMETERS "report_api", &st));
	EXPECT_EQ(0444u, st.st_mode & 0777);
}

/* ---- the other parameters ---- */

TEST_F_TIMEOUT(loaded, module_parameters_and_defaults, LOADED_TIMEOUT)
{
	static const struct {
		const char *name, *value;
		unsigned mode;
	} known[] = {
		{ "g_buffer_bytes_dim", "8388608", 0644 },
		{ "max_consumers", "5", 0444 },
		{ "verbose", "N", 0444 },
		{ "report_api", "10.1.0", 0444 },
	};
	char path[128];
	struct stat st;
	DIR *dir;
	int n = 0;

	ASSERT_EQ(0, loaded_with(""));
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		snprintf(path, sizeof(path), LOADED_PARAMETERS "%s", known[i].name);
		ASSERT_EQ(0, stat(path, &st));
		EXPECT_EQ(known[i].mode, st.st_mode & 0777);
		EXPECT_STREQ(known[i].value, loaded_text(path));
	}
	dir = opendir(LOADED_PARAMETERS);
	ASSERT_NE(NULL, dir);
	for (struct dirent *e; (e = readdir(dir));)
		n += e->d_name[0] != '.';
	closedir(dir);
	EXPECT_EQ(ARRAY_SIZE(known), n);
}

TEST_F_TIMEOUT(loaded, module_parameter_errors_name_parameter, LOADED_TIMEOUT)
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
		EXPECT_EQ(-EINVAL, loaded_with(wrong[i].text));
		EXPECT_TRUE(loaded_says(wrong[i].name));
	}
}

TEST_F_TIMEOUT(loaded, g_buffer_bytes_dim_at_load, LOADED_TIMEOUT)
{
	struct falco_handshake h = { .size = sizeof(h) };
	int fd;

	ASSERT_EQ(0, loaded_with("g_buffer_bytes_dim=65536"));
	fd = open("/dev/falco0", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, ioctl(fd, FALCO_IOCTL_HANDSHAKE, &h));
	EXPECT_EQ(65536u, h.ring_size);
	close(fd);
}

/* Opens the first node from another thread, which is another reader. */
static void *loaded_other_reader(void *fd)
{
	*(int *)fd = open("/dev/falco0", O_RDWR | O_CLOEXEC);
	if (*(int *)fd < 0)
		*(int *)fd = -errno;
	return NULL;
}

TEST_F_TIMEOUT(loaded, max_consumers_at_load, LOADED_TIMEOUT)
{
	int fd, other = 0, again = 0;
	pthread_t thread;

	ASSERT_EQ(0, loaded_with("max_consumers=1"));
	fd = open("/dev/falco0", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	pthread_create(&thread, NULL, loaded_other_reader, &other);
	pthread_join(thread, NULL);
	EXPECT_EQ(-EBUSY, other);
	close(fd);
	pthread_create(&thread, NULL, loaded_other_reader, &again);
	pthread_join(thread, NULL);
	EXPECT_LE(0, again);
	close(again);
}

TEST_F_TIMEOUT(loaded, verbose_logs_consumers, LOADED_TIMEOUT)
{
	char text[64];

	snprintf(text, sizeof(text), "[%d] listens", (int)syscall(__NR_gettid));
	ASSERT_EQ(0, loaded_with(""));
	close(open("/dev/falco0", O_RDWR | O_CLOEXEC));
	EXPECT_FALSE(loaded_says(text));
	ASSERT_EQ(0, loaded_gone());
	ASSERT_EQ(0, loaded_with("verbose=1"));
	close(open("/dev/falco0", O_RDWR | O_CLOEXEC));
	EXPECT_TRUE(loaded_says(text));
}

/* ---- what it says of itself, and that it stays ---- */

TEST_F_TIMEOUT(loaded, modinfo_versions, LOADED_TIMEOUT)
{
	static const char *const wanted[] = {
		"version=" FALCO_DRIVER_VERSION, "build_commit=",
		"api_version=" FALCO_API_STRING, "schema_version=" FALCO_SCHEMA_STRING,
		"license=Dual MIT/GPL",		 "author=",
	};
	static char bytes[8 << 20];
	int fd = loaded_file();
	ssize_t n = read(fd, bytes, sizeof(bytes));

	close(fd);
	ASSERT_LT(0, n);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		EXPECT_NE(NULL, memmem(bytes, n, wanted[i], strlen(wanted[i])));
	ASSERT_EQ(0, loaded_with(""));
	EXPECT_STREQ(FALCO_DRIVER_VERSION, loaded_text("/sys/module/falco/version"));
	EXPECT_TRUE(loaded_says("API " FALCO_API_STRING ", schema " FALCO_SCHEMA_STRING));
}

TEST_F_TIMEOUT(loaded, module_in_use_while_open, LOADED_TIMEOUT)
{
	void *page;
	int fd;

	ASSERT_EQ(0, loaded_with(""));
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
	EXPECT_EQ(0, loaded_gone());
	EXPECT_EQ(-1, access("/dev/falco0", F_OK));
}

/* ---- what a load that fails leaves behind ---- */

enum { LOADED_FAILURES = 300 };

/* Which device numbers are taken, and by whom. */
static const char *loaded_devices(void)
{
	static char text[2][8192];
	static int turn;
	int fd = open("/proc/devices", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, text[turn ^= 1], sizeof(*text) - 1);

	close(fd);
	text[turn][n > 0 ? n : 0] = 0;
	return text[turn];
}

TEST_F_TIMEOUT(loaded, failed_load_releases_device_number, LOADED_TIMEOUT * 3)
{
	char before[8192];

	strcpy(before, loaded_devices());
	ASSERT_NE(NULL, strstr(before, "Character devices"));
	EXPECT_EQ(NULL, strstr(before, " falco\n"));
	for (int i = 0; i < LOADED_FAILURES; i++)
		ASSERT_EQ(-EINVAL, loaded_with(i % 2 ? "g_buffer_bytes_dim=1" : "report_api=1"));
	EXPECT_STREQ(before, loaded_devices());
	/* one that is loaded and unloaded gives back what it had, and the next one gets it */
	for (int i = 0; i < 5; i++) {
		ASSERT_EQ(0, loaded_with(""));
		EXPECT_NE(NULL, strstr(loaded_devices(), " falco\n"));
		ASSERT_EQ(0, loaded_gone());
		EXPECT_STREQ(before, loaded_devices());
	}
}
