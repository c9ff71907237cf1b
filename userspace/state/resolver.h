/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of addresses, for those names that rules ask about.
 *
 * In: names.  Out: which of them an address has.  Names are looked up by a thread of its own, at once and then every
 * minute, so that no event waits for a name server; until the first answer came an address has no name.
 */
#ifndef STATE_RESOLVER_H
#define STATE_RESOLVER_H

#include <stdbool.h>

#include "base/ip.h"
#include "base/str.h"

struct resolver;

/* NULL when out of memory. */
struct resolver *resolver_new(void);
/* Waits for no answer: a thread that waits for one is left behind and cleans up. */
void resolver_free(struct resolver *r);
/* The names of interest from now on.  False when there is no memory or no thread for them. */
bool resolver_want(struct resolver *r, const struct str *names, unsigned n);
/*
 * Names of an address, at most max; how many there are.  Never blocks.  The text is good for this event: what is out of
 * date stays for some seconds.
 */
unsigned resolver_names(struct resolver *r, struct ip ip, struct str *out, unsigned max);
/* For tests: true once all names of interest were asked for. */
bool resolver_settled(struct resolver *r);

#endif
