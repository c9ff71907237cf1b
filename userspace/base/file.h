/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files, for start-up and reload (base/memory.h). */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"

/* Appends what the file holds; false with errno, EFBIG when it holds more than max. */
bool file_read(const char *path, size_t max, struct buf *out);

#endif
