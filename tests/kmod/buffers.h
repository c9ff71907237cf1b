/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, pipes and files with known contents. */
#ifndef KMOD_BUFFERS_H
#define KMOD_BUFFERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "uapi/ioctl.h"

/* MANY: elements of an array that does not fit in any fixed buffer of the module. */
enum { SNAPLEN = FALCO_SNAPLEN_DEFAULT, MANY = 300 };

/* A file position above 4 GiB, and its lower half: 32-bit callers pass it in two registers. */
enum { POS_LOW = 5 };
#define POS_ABOVE_4G ((uint64_t)1 << 32 | POS_LOW)

/* struct iovec of a 32-bit caller. */
struct compat_iovec {
	uint32_t base, len;
};

#define UNMAPPED ((void *)8) /* in the first page, which is never mapped */
/* An address at which nothing can be read or written (PROT_NONE). */
void *inaccessible(void);
/*
 * A copy of text in memory that is resident: a system call that fails early may not have read its
 * argument, and before v6.13 the module does not fault pages in.
 */
char *resident_text(const char *text);
/* n printable characters and a NUL; neighbouring characters differ. */
const char *long_text(size_t n);
/* text, with its NUL if with_nul, whose last byte is the last byte of a mapping. */
char *text_at_page_end(const char *text, bool with_nul);
/* A copy of text below 4 GiB, for a 32-bit caller. */
char *low_text(const char *text);

/* The read end of a pipe that contains text and has no writer. */
int pipe_with(const char *text);
/* The write end of a pipe, made with these flags of pipe2(). */
int pipe_for_writing(int flags);
/* A temporary file that contains text, open for reading and writing at its start. */
int file_with(const char *text);

/* n elements of one byte each. */
struct iovec *one_byte_iovecs(char *bytes, size_t n);
/* Three elements, "hello, ", an empty one, and "world", below 4 GiB. */
struct compat_iovec *compat_hello(void);

#endif
