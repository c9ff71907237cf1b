/* SPDX-License-Identifier: Apache-2.0 */
/* Constants and macros that the C library does not have. */
#ifndef BASE_MACROS_H
#define BASE_MACROS_H

/* Nanoseconds per second; 64 bits, so that seconds * NSEC_PER_SEC does not overflow. */
#define NSEC_PER_SEC 1000000000ll

/* Number of elements of an array (not of a pointer). */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
