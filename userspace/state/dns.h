/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of IP addresses, among a given set of host names (those in rules with fd.*ip.name).
 *
 * A background thread resolves the host names immediately and then every minute, so that no event
 * waits for a name server.  Before the first result no address has a name.
 */
#ifndef STATE_DNS_H
#define STATE_DNS_H

#include <stdbool.h>

#include "base/ip.h"
#include "base/str.h"

struct dns;

/* NULL: out of memory.  dns_set_names() starts the thread. */
struct dns *dns_new(void);
/* Does not wait for a resolution in progress: the thread then frees d itself.  NULL is allowed. */
void dns_free(struct dns *d);
/*
 * Replaces the set of host names by copies of names.  False without memory, and the set is
 * unchanged, or if the thread cannot be started.
 */
bool dns_set_names(struct dns *d, const struct str *names, unsigned n);
/*
 * Stores the names of an address, at most max, and returns their number.  Never blocks.  The
 * strings live as long as d.
 */
unsigned dns_lookup(struct dns *d, struct ip ip, struct str *out, unsigned max);
/* For tests: true after all names of the current set have been resolved once. */
bool dns_is_settled(struct dns *d);

#endif
