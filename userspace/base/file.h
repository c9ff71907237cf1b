/* SPDX-License-Identifier: Apache-2.0 */
/* Reads complete files.  For loading: allocation as in base/memory.h. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"

/*
 * Appends the content of the file to *out.  Failure: false and errno; EFBIG: it has more than max
 * bytes.
 */
bool file_read(const char *path, size_t max, struct buf *out);

#endif
