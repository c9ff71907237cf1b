/* SPDX-License-Identifier: Apache-2.0 */
/* evt.args, evt.arg, evt.rawarg: parameters of the event. */
#include "fields/arg.h"

#include "base/typo.h"
#include "fields/format.h"
#include "fields/extract.h"

/* Type of evt.rawarg for a parameter of this wire type. */
static enum field_type raw_type(uint8_t type)
{
	switch (type) {
	case T_s8:
		return FT_INT8;
	case T_s16:
		return FT_INT16;
	case T_s32:
	case T_fd32:
	case T_pid32:
		return FT_INT32;
	case T_s64:
	case T_err:
	case T_fd:
	case T_fd_new:
	case T_dirfd:
	case T_pid:
		return FT_INT64;
	case T_u8:
	case T_flags8:
	case T_enum8:
	case T_sig:
		return FT_UINT8;
	case T_u16:
	case T_flags16:
	case T_enum16:
	case T_syscallid:
		return FT_UINT16;
	case T_u32:
	case T_flags32:
	case T_enum32:
	case T_uid:
	case T_gid:
	case T_mode:
	case T_sigset:
		return FT_UINT32;
	case T_u64:
		return FT_UINT64;
	case T_reltime:
		return FT_RELTIME;
	case T_abstime:
		return FT_ABSTIME;
	case T_port:
		return FT_PORT;
	case T_ipv4:
	case T_ipv6:
		return FT_IPADDR;
	case T_str:
		return FT_CHARBUF;
	case T_path:
	case T_relpath:
		return FT_FSPATH;
	default:
		return FT_BYTEBUF;
	}
}

/* The first parameter of that name in the whole schema. */
static const struct param_info *param_named(struct str name)
{
	for (unsigned e = 0; e < EVENT_NUMBERS; e++)
		for (unsigned i = 0; event_infos[e].name && i < event_infos[e].n_params; i++)
			if (str_is(name, event_infos[e].params[i].name))
				return &event_infos[e].params[i];
	return NULL;
}

static bool check_param(struct arena *a, struct field_ref *ref, struct reason *why)
{
	const struct param_info *p = param_named(ref->arg);
	struct typo t;

	if (p) {
		if (ref->type == FT_DYN)
			ref->type = raw_type(p->type);
		return true;
	}
	t = typo_of(ref->arg);
	for (unsigned e = 0; e < EVENT_NUMBERS; e++)
		for (unsigned i = 0; event_infos[e].name && i < event_infos[e].n_params; i++)
			typo_try(&t, str_of(event_infos[e].params[i].name));
	if (t.best.p)
		reason_set(why,
			   arena_printf(a,
					"unknown event argument '%.*s' in '%s', did you mean '%.*s'?",
					STR_ARGS(ref->arg), ref->field->name, STR_ARGS(t.best)));
	else
		reason_set(why, arena_printf(a, "unknown event argument '%.*s' in '%s'",
					     STR_ARGS(ref->arg), ref->field->name));
	return false;
}

static bool event_named(struct str name)
{
	for (unsigned e = 0; e < EVENT_NUMBERS; e++)
		if (event_infos[e].name && str_is(name, event_infos[e].name))
			return true;
	for (unsigned code = 0; code < SYSCALL_CODES; code++)
		if (syscall_name(code) && str_is(name, syscall_name(code)))
			return true;
	return false;
}

static bool is_number(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

bool arg_check(struct arena *a, struct field_ref *ref, struct reason *why)
{
	field_get get = ref->field->get;

	if (get == evt_rawarg || (get == evt_arg && ref->index < 0))
		return check_param(a, ref, why);
	if (get == evt_type_is && !event_named(ref->arg) && !is_number(ref->arg)) {
		reason_set_unknown(why, arena_printf(a, "unknown event type '%.*s' in '%s'",
						     STR_ARGS(ref->arg), ref->field->name));
		return false;
	}
	if (get == evt_abspath && ref->arg.p && !str_is(ref->arg, "src") &&
	    !str_is(ref->arg, "dst")) {
		reason_set(why, arena_printf(a, "'%s' takes .src or .dst, not '%.*s'",
					     ref->field->name, STR_ARGS(ref->arg)));
		return false;
	}
	return true;
}

/* Index of the parameter that the reference names; -1: the event does not have it. */
static int param_index(const struct event *ev, const struct field_ref *ref)
{
	unsigned n = ev->n_params;

	if (ref->index >= 0)
		return ref->index < n ? (int)ref->index : -1;
	for (unsigned i = 0; i < n; i++)
		if (str_is(ref->arg, ev->info->params[i].name))
			return (int)i;
	return -1;
}

GETTER(evt_args)
{
	(void)ref;
	return set_text(out, format_args(x->scratch, x->state, x->ev));
}

GETTER(evt_arg)
{
	int i = param_index(x->ev, ref);
	struct str s;

	if (i < 0)
		return 0;
	s = format_resolved(x->scratch, x->state, x->ev, (unsigned)i);
	return set_text(out, s.n ? s : format_raw(x->scratch, x->ev, (unsigned)i));
}

static bool is_text(enum field_type t)
{
	return t == FT_CHARBUF || t == FT_FSPATH || t == FT_BYTEBUF;
}

GETTER(evt_rawarg)
{
	int i = param_index(x->ev, ref);
	enum field_type type;
	struct str b;

	if (i < 0)
		return 0;
	type = raw_type(x->ev->info->params[i].type);
	b = ev_bytes(x->ev, (unsigned)i);
	if (!b.n && (is_text(type) || type == FT_IPADDR))
		return 0;
	if (is_text(type) != is_text(ref->type) || (type == FT_IPADDR) != (ref->type == FT_IPADDR))
		return 0;
	if (type == FT_IPADDR) {
		out->ip = (struct ip){ .v = b.n == 4 ? 4 : 6 };
		memcpy(out->ip.b, b.p, b.n < 16 ? b.n : 16);
		return 1;
	}
	if (type == FT_BYTEBUF)
		return set_text(out, b);
	if (is_text(type))
		return set_text(out, (struct str){ b.p, b.n - 1 });
	return set_s64(out, ev_s64(x->ev, (unsigned)i, 0));
}
