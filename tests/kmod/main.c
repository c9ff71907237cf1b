// SPDX-License-Identifier: Apache-2.0
/* All kernel tests: the harness keeps its list per translation unit, so the families are included here. */
#include "expect.h"

#include "file.c"

TEST_HARNESS_MAIN
