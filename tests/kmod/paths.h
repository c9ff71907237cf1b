/* SPDX-License-Identifier: Apache-2.0 */
/* Directories, files and path arguments. */
#ifndef KMOD_PATHS_H
#define KMOD_PATHS_H

#include <errno.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "buffers.h"
#include "uapi/ring.h"

/*
 * In bytes: the length of a path that does not fit in a parameter, and the length recorded of it,
 * NUL included.
 */
enum { NAME_TOO_LONG = 70000, NAME_RECORDED = FALCO_PARAM_MAX };

/* A device number as the kernel encodes it for stat() (new_encode_dev()). */
uint32_t encoded_dev(dev_t dev);
/* Makes a temporary directory and changes to it; returns an O_PATH descriptor of it. */
int new_directory(void);
/* Creates an empty file with mode 0644. */
void new_file(const char *name);

/*
 * Pointers that cannot be read, i from 0 to BAD_POINTERS - 1: NULL, the first page, memory without
 * access, a kernel address, the end of the address space.
 */
enum { BAD_POINTERS = 5 };
const char *bad_pointer(int i);

/*
 * Makes the call once with each bad pointer; the arguments contain BAD_POINTER in its place. The
 * call fails with EFAULT, and is recorded with the parameter name empty.
 */
#define CALL_UNREADABLE(event, result, name, ...)                          \
	do {                                                               \
		RECORD(__NR_##event);                                      \
		for (int i = 0; i < BAD_POINTERS; i++) {                   \
			const char *BAD_POINTER = bad_pointer(i);          \
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
