/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files, for loading (base/memory.h). */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"

/* Appends the content of the file to *out; false with errno set, EFBIG when it has more than max bytes. */
bool file_read(const char *path, size_t max, struct buf *out);

#endif
