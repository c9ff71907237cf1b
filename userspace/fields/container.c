/* SPDX-License-Identifier: Apache-2.0 */
/*
 * container.*: values derived from a thread's cgroups.  Names, images, labels and pods are known to
 * container engines only, which are not queried: inside a container these fields have no value, on
 * the host they are "host" or empty.
 */
#include "fields/extract.h"

struct str container_id_text(const struct thread *t)
{
	return t->cgroups->container_id;
}

static bool on_host(const struct thread *t)
{
	return !t->cgroups->container_id.n;
}

GETTER(container_id)
{
	const struct thread *t = x->ev->thread;

	(void)ref;
	if (!t)
		return 0;
	return set_text(out, on_host(t) ? STR_LIT("host") : t->cgroups->container_id);
}

GETTER(container_full_id)
{
	const struct thread *t = x->ev->thread;

	(void)ref;
	if (!t)
		return 0;
	return set_text(out, on_host(t) ? STR_LIT("") : t->cgroups->container_full_id);
}

GETTER(container_host_text)
{
	if (!x->ev->thread || !on_host(x->ev->thread))
		return 0;
	return set_text(out, ref->field->variant == HOST_HOST ? STR_LIT("host") : STR_LIT(""));
}

GETTER(container_host_bool)
{
	(void)ref;
	return x->ev->thread && on_host(x->ev->thread) ? set_bool(out, false) : 0;
}

GETTER(container_duration)
{
	const struct thread *t = x->ev->thread;

	(void)ref;
	return t && t->pidns_start_ts ? set_u64(out, x->ev->ts - t->pidns_start_ts) : 0;
}
