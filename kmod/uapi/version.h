/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Versions of the driver, as the version ioctls encode them: bits 63..44 major, 43..24 minor, 23..0
 * patch.
 *
 * A reader accepts an equal major and a minor.patch that is not older than its own.
 */
#ifndef FALCO_UAPI_VERSION_H
#define FALCO_UAPI_VERSION_H

#define FALCO_VERSION_CODE(major, minor, patch) \
	(((unsigned long long)(major) << 44) | ((unsigned long long)(minor) << 24) | (patch))

/* "major.minor.patch" of three macros. */
#define FALCO_VERSION_TEXT(major, minor, patch) FALCO_VERSION_QUOTE(major, minor, patch)
#define FALCO_VERSION_QUOTE(major, minor, patch) #major "." #minor "." #patch

#define FALCO_API_MAJOR 10
#define FALCO_API_MINOR 1
#define FALCO_API_PATCH 0
#define FALCO_SCHEMA_MAJOR 4
#define FALCO_SCHEMA_MINOR 5
#define FALCO_SCHEMA_PATCH 1

#define FALCO_API_VERSION FALCO_VERSION_CODE(FALCO_API_MAJOR, FALCO_API_MINOR, FALCO_API_PATCH)
#define FALCO_SCHEMA_VERSION \
	FALCO_VERSION_CODE(FALCO_SCHEMA_MAJOR, FALCO_SCHEMA_MINOR, FALCO_SCHEMA_PATCH)
#define FALCO_API_STRING FALCO_VERSION_TEXT(FALCO_API_MAJOR, FALCO_API_MINOR, FALCO_API_PATCH)
#define FALCO_SCHEMA_STRING \
	FALCO_VERSION_TEXT(FALCO_SCHEMA_MAJOR, FALCO_SCHEMA_MINOR, FALCO_SCHEMA_PATCH)

/* The module's own version, also in modinfo; the build may define it. */
#ifndef FALCO_DRIVER_VERSION
#define FALCO_DRIVER_VERSION "0.1.0+driver"
#endif
#ifndef FALCO_BUILD_COMMIT
#define FALCO_BUILD_COMMIT "unknown"
#endif

#define FALCO_VERSION_MAJOR(v) ((unsigned int)((v) >> 44) & 0x7ffff)
#define FALCO_VERSION_MINOR(v) ((unsigned int)((v) >> 24) & 0xfffff)
#define FALCO_VERSION_PATCH(v) ((unsigned int)(v)&0xffffff)

#endif
