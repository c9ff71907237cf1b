// SPDX-License-Identifier: Apache-2.0
/* All kernel tests: the harness keeps its list per translation unit, so the families are included here. */
#include "expect.h"

#include "clone.c"
#include "device.c"
#include "exec.c"
#include "execveat.c"
#include "exit.c"
#include "file.c"
#include "flood.c"
#include "io.c"
#include "io_vector.c"
#include "fd.c"
#include "fd_poll.c"
#include "ipc.c"
#include "mem.c"
#include "net_address.c"
#include "net.c"
#include "net_data.c"
#include "net_message.c"
#include "net_option.c"
#include "meta.c"
#include "misc.c"
#include "ns.c"
#include "proc.c"
#include "signal.c"

TEST_HARNESS_MAIN
