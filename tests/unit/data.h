/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths of data files for tests: files recorded for this project are in tests/data/ (see its
 * README.md), files of the Falco project in the directory FALCO_DATA, by default ../shared/data.
 * Tests run in the top directory of the tree.
 */
#ifndef DATA_H
#define DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NO_DATA "Falco's captures and rules are missing (FALCO_DATA)"

static inline const char *data_dir(void)
{
	const char *dir = getenv("FALCO_DATA");

	return dir && *dir ? dir : "../shared/data";
}

/*
 * Writes the path of a file, for example "captures/NAME", to path[size].  False if there is none.
 */
static inline bool data_file(char *path, size_t size, const char *file)
{
	snprintf(path, size, "tests/data/%s", file);
	if (access(path, R_OK))
		snprintf(path, size, "%s/%s", data_dir(), file);
	return !access(path, R_OK);
}

/* Like data_file(), for a capture by its name without extension. */
static inline bool data_capture(char *path, size_t size, const char *name)
{
	char file[256];

	snprintf(file, sizeof(file), "captures/%s.scap.gz", name);
	if (data_file(path, size, file))
		return true;
	snprintf(file, sizeof(file), "captures/%s.scap", name);
	return data_file(path, size, file);
}

#endif
