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
 * path: of a unix socket, appended to the name.  The name is empty for other types.
 */
struct str sock_name(const struct fd *fd, struct str path, char out[SOCK_NAME_SIZE]);

/*
 * Set name and role of sockets that were open before the first event, after all listening sockets
 * are known: an IPv4 socket is a server if a socket of this machine listens on its local port.
 */
void sock_init_seeded(struct thread *t);		   /* all sockets of t */
void sock_init_seeded_fd(struct thread *t, struct fd *fd); /* one entry of the table of t */

#endif
