// SPDX-License-Identifier: Apache-2.0
/* Directories, files and path arguments. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "buffers.h"
#include "paths.h"

uint32_t encoded_dev(dev_t dev)
{
	unsigned major = major(dev), minor = minor(dev);

	return (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
}

int new_directory(void)
{
	char path[] = "/tmp/falco-XXXXXX";

	if (!mkdtemp(path) || chdir(path))
		abort();
	return open(".", O_PATH | O_DIRECTORY);
}

void new_file(const char *name)
{
	int fd = open(name, O_CREAT | O_RDWR, 0644);

	if (fd < 0)
		abort();
	close(fd);
}

const char *bad_pointer(int i)
{
	switch (i) {
	case 0:
		return NULL;
	case 1:
		return (const char *)8;
	case 2:
		return inaccessible();
	case 3:
		return (const char *)0xffff888000000000;
	default:
		return (const char *)-1L;
	}
}
