/* SPDX-License-Identifier: Apache-2.0 */
/* Directories, files and path arguments. */
#ifndef KMOD_PATHS_H
#define KMOD_PATHS_H

#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "buffers.h"

/* In bytes. A record holds NAME_RECORDED of a longer path, NUL included. */
enum { NAME_TOO_LONG = 70000, NAME_RECORDED = 65000 };

/* A device number as stat() of the kernel encodes it (new_encode_dev()). */
uint32_t encoded_dev(dev_t dev);
/* Makes a temporary directory and changes to it; returns an O_PATH descriptor of it. */
int new_directory(void);
void new_file(const char *name);

/*
 * Pointers that cannot be read, i from 0 to BAD_POINTERS - 1: NULL, the first page, memory without
 * access, a kernel address, the end of the address space.
 */
enum { BAD_POINTERS = 5 };
const char *bad_pointer(int i);

/*
 * Makes the call once with each bad pointer, which BAD stands for among its arguments: it fails
 * with EFAULT and is recorded with an empty name.
 */
#define CALL_UNREADABLE(event, result, name, ...)                          \
	do {                                                               \
		RECORD(__NR_##event);                                      \
		for (int i = 0; i < BAD_POINTERS; i++) {                   \
			const char *BAD = bad_pointer(i);                  \
                                                                           \
			ASSERT_EQ(-1, syscall(__NR_##event, __VA_ARGS__)); \
			ASSERT_EQ(EFAULT, errno);                          \
		}                                                          \
		for (int i = 0; i < BAD_POINTERS; i++) {                   \
			FIND_BY(event, gettid(), i);                       \
			EXPECT_NUM(event, result, -EFAULT);                \
			EXPECT_EMPTY(event, name);                         \
		}                                                          \
	} while (0)

#define EXPECT_INODE_OF(event, open_fd)                          \
	do {                                                     \
		struct stat st_;                                 \
                                                                 \
		ASSERT_EQ(0, fstat(open_fd, &st_));              \
		EXPECT_NUM(event, dev, encoded_dev(st_.st_dev)); \
		EXPECT_NUM(event, ino, st_.st_ino);              \
	} while (0)

#define EXPECT_NO_INODE(event)             \
	do {                               \
		EXPECT_NUM(event, dev, 0); \
		EXPECT_NUM(event, ino, 0); \
	} while (0)

#endif
