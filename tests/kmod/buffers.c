// SPDX-License-Identifier: Apache-2.0
/* Memory, pipes and files with known contents. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buffers.h"
#include "driver.h"

void *inaccessible(void)
{
	return mmap(NULL, 1 << 16, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

char *resident_text(const char *text)
{
	return strdup(text);
}

const char *long_text(size_t n)
{
	char *text = malloc(n + 1);

	for (size_t i = 0; i < n; i++)
		text[i] = (char)('!' + i % 89);
	text[n] = 0;
	return text;
}

int pipe_with(const char *text)
{
	int p[2];

	if (pipe2(p, 0) || write(p[1], text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(p[1]);
	return p[0];
}

int pipe_for_writing(int flags)
{
	int p[2];

	if (pipe2(p, flags))
		abort();
	return p[1];
}

int file_with(const char *text)
{
	int fd = open("/tmp/falco-io", O_CREAT | O_TRUNC | O_RDWR, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    lseek(fd, 0, SEEK_SET))
		abort();
	return fd;
}

struct iovec *one_byte_iovecs(char *bytes, size_t n)
{
	struct iovec *iov = calloc(n, sizeof(*iov));

	for (size_t i = 0; i < n; i++)
		iov[i] = (struct iovec){ bytes + i, 1 };
	return iov;
}

struct compat_iovec *compat_hello(void)
{
	struct compat_iovec *iov = low_memory(4096);
	char *text = (char *)(iov + 3);

	strcpy(text, "hello, world");
	iov[0] = (struct compat_iovec){ (uint32_t)(uintptr_t)text, 7 };
	iov[1] = (struct compat_iovec){ 0, 0 };
	iov[2] = (struct compat_iovec){ (uint32_t)(uintptr_t)text + 7, 5 };
	return iov;
}

char *text_at_page_end(const char *text, bool with_nul)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), n = strlen(text) + with_nul;
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || munmap(p + page, page))
		abort();
	return memcpy(p + page - n, text, n);
}

char *low_text(const char *text)
{
	return strcpy(low_memory(4096), text);
}
