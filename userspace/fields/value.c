/* SPDX-License-Identifier: Apache-2.0 */
/* Formats field values as text of the output line, and as JSON in output_fields. */
#include <inttypes.h>

#include "base/net.h"
#include "fields/format.h"
#include "fields/extract.h"

enum { BYTES_SHOWN = 1023 };

/* Base in which the numbers of each flags table are shown. */
static const uint8_t table_shows[SHOW_COUNT] = {
#define FLAGS(table, format, ...) [SHOW_##table] = SHOW_##format,
#include "schema/flags.def"
#undef FLAGS
};

/* SHOW_dec, SHOW_hex or SHOW_oct of the parameter that evt.rawarg names, in this event's schema. */
static uint8_t raw_show(const struct extract *x, const struct field_ref *ref)
{
	const struct event_info *info = x->ev->info;

	for (unsigned i = 0; i < info->n_params; i++) {
		uint8_t show = info->params[i].show;

		if (!str_is(ref->arg, info->params[i].name))
			continue;
		if (table_shows[show])
			return table_shows[show];
		return show == SHOW_hex || show == SHOW_oct ? show : SHOW_dec;
	}
	return SHOW_dec;
}

static struct str format_integer(struct extract *x, const struct field_ref *ref,
				 const struct value *v, bool is_signed)
{
	uint32_t flags = ref->field->flags;
	uint8_t show = ref->field->type == FT_DYN ? raw_show(x, ref) : SHOW_dec;

	if (flags & FIELD_HEX || show == SHOW_hex)
		return arena_printf(x->scratch, "%" PRIX64,
				    ref->type == FT_INT32 ? (uint32_t)v->s : v->u);
	if (flags & FIELD_OCT || show == SHOW_oct)
		return arena_printf(x->scratch, "%" PRIo64, v->u);
	if (flags & FIELD_PADDED)
		return arena_printf(x->scratch, "%09" PRIu64, v->u);
	return is_signed ? arena_printf(x->scratch, "%" PRId64, v->s)
			 : arena_printf(x->scratch, "%" PRIu64, v->u);
}

struct str field_format(struct extract *x, const struct field_ref *ref, const struct value *v)
{
	bool is_signed = ref->type <= FT_INT64;

	switch (ref->type) {
	case FT_CHARBUF:
	case FT_FSPATH:
		return v->str;
	case FT_BYTEBUF:
		return format_bytes(x->scratch, v->str.n > BYTES_SHOWN
							? (struct str){ v->str.p, BYTES_SHOWN }
							: v->str);
	case FT_BOOL:
		return v->b ? STR_LIT("true") : STR_LIT("false");
	case FT_DOUBLE:
		return arena_printf(x->scratch, "%.1f", v->d);
	case FT_IPADDR: {
		char *ip = arena_bytes(x->scratch, NET_IP_TEXT);

		return str_of(net_ip_format(v->ip, ip));
	}
	case FT_IPNET:
		return STR_LIT("<IPNET>");
	default:
		return format_integer(x, ref, v, is_signed);
	}
}

/* quirk: in JSON, numbers shown in hex are text; zero-padded ones are numbers. */
enum field_json field_json_kind(const struct extract *x, const struct field_ref *ref)
{
	if (ref->field->flags & FIELD_TIME)
		return FIELD_JSON_BARE;
	if (ref->field->flags & (FIELD_HEX | FIELD_OCT) ||
	    (ref->field->type == FT_DYN && raw_show(x, ref) != SHOW_dec))
		return FIELD_JSON_TEXT;
	switch (ref->type) {
	case FT_CHARBUF:
	case FT_FSPATH:
	case FT_BYTEBUF:
	case FT_IPADDR:
	case FT_IPNET:
	case FT_DYN:
		return FIELD_JSON_TEXT;
	default:
		return FIELD_JSON_BARE;
	}
}

struct str field_json(struct extract *x, const struct field_ref *ref, const struct value *v)
{
	if (ref->field->flags & FIELD_TIME)
		return arena_printf(x->scratch, "%" PRIu64, x->ev->ts);
	if (ref->type == FT_BOOL)
		return v->b ? STR_LIT("true") : STR_LIT("false");
	if (ref->type == FT_DOUBLE) {
		struct str s = arena_printf(x->scratch, "%.16g", v->d);

		return memchr(s.p, '.', s.n) || memchr(s.p, 'e', s.n)
			       ? s
			       : arena_printf(x->scratch, "%.1f", v->d);
	}
	return ref->type <= FT_INT64 ? arena_printf(x->scratch, "%" PRId64, v->s)
				     : arena_printf(x->scratch, "%" PRIu64, v->u);
}
