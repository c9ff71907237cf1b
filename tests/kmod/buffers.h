/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, pipes and files with known contents. */
#ifndef KMOD_BUFFERS_H
#define KMOD_BUFFERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "uapi/ioctl.h"

/* MANY_ELEMENTS: length of an array that does not fit in a fixed buffer of the module. */
enum { SNAPLEN = FALCO_SNAPLEN_DEFAULT, MANY_ELEMENTS = 300 };

/* A file position above 4 GiB, and its lower half: 32-bit callers pass it in two registers. */
enum { POS_LOW = 5 };
#define POS_ABOVE_4G ((uint64_t)1 << 32 | POS_LOW)

/* struct iovec of a 32-bit caller. */
struct compat_iovec {
	uint32_t base, len;
};

#define UNMAPPED ((void *)8) /* in the first page, which is never mapped */
/* 64 KiB of memory that cannot be read or written (PROT_NONE). */
void *inaccessible(void);
/*
 * A copy of text in resident memory. Needed for calls that fail before the kernel reads the
 * argument: before v6.13 the module cannot fault pages in.
 */
char *resident_text(const char *text);
/* n printable characters and a NUL; neighbouring characters differ. */
const char *long_text(size_t n);
/* A copy of text, without its NUL unless with_nul, that ends at the end of a mapping. */
char *text_at_page_end(const char *text, bool with_nul);
/* A copy of text below 4 GiB, for a 32-bit caller. */
char *low_text(const char *text);

/* The read end of a pipe that contains text and has no writer. */
int pipe_with(const char *text);
/* The write end of a pipe; flags of pipe2(). */
int pipe_for_writing(int flags);
/* A temporary file that contains text, open for reading and writing at its start. */
int file_with(const char *text);

/* An array of n iovec elements, which point to one byte of `bytes` each. */
struct iovec *one_byte_iovecs(char *bytes, size_t n);
/* Three iovec elements below 4 GiB: "hello, ", an empty one, and "world". */
struct compat_iovec *compat_hello(void);

#endif
