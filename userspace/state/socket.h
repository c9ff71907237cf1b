/* SPDX-License-Identifier: Apache-2.0 */
/* Names and roles of sockets; for state/ only. */
#ifndef STATE_SOCKET_H
#define STATE_SOCKET_H

#include "state/thread.h"

struct state;

/* Bytes for the name of any socket, NUL included; longer names of unix sockets are truncated. */
enum { SOCK_NAME_SIZE = 256 };

/*
 * The name of an IP or unix socket ("source->dest", of a listening socket "address:port"), in out.
 * path: of a unix socket, put after the name.  Empty for other types.
 */
struct str sock_name(const struct fd *fd, struct str path, char out[SOCK_NAME_SIZE]);

/*
 * Name and role of sockets that were open before the first event.  An IPv4 socket whose local port
 * has a listening socket on this machine is a server; call them when all listening ports are known.
 */
void sock_init_seeded(struct thread *t);		   /* all of t's */
void sock_init_seeded_fd(struct thread *t, struct fd *fd); /* one entry of t's table */

#endif
