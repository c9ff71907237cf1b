/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: the schema as data.  Out: one line, row or object per event.
 */
#include "event/listing.h"

#include "event/event.h"
#include "event/flags.h"

struct listing {
	FILE *out;
	enum listing_form form;
	bool any;		/* something stands in this category already */
};

static const char *const type_names[T_COUNT] = {
#define TYPE(name, wire, size, shown) [T_##name] = #shown,
#include "schema/types.def"
#undef TYPE
};

bool listing_is_ignored(const char *name)
{
	static const char *const ignored[] = {
		"pread", "preadv", "pwrite", "pwritev", "read", "readv", "recv", "send", "sendfile", "write", "writev",
	};

	for (unsigned i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		if (strcmp(name, ignored[i]) == 0)
			return true;
	return false;
}

/* Words of a table, between each of which sep stands. */
static void print_words(FILE *out, enum param_show show, const char *sep, const char *quote)
{
	unsigned n = 0;
	const struct flag_name *names = flags_table(show, &n);

	for (unsigned i = 0; i < n; i++)
		fprintf(out, "%s%s%s%s", i ? sep : "", quote, names[i].name, quote);
}

static bool has_words(enum param_show show)
{
	unsigned n = 0;

	return flags_table(show, &n) && n;
}

static void print_params(FILE *out, const struct event_info *info)
{
	for (unsigned i = 0; i < info->n_params; i++) {
		const struct param_info *p = &info->params[i];

		fprintf(out, "%s%s **%s**", i ? ", " : "", type_names[p->type], p->name);
		if (!has_words(p->show))
			continue;
		fprintf(out, ": ");
		print_words(out, p->show, ", ", "");
	}
}

static void json_params(FILE *out, const struct event_info *info)
{
	for (unsigned i = 0; i < info->n_params; i++) {
		const struct param_info *p = &info->params[i];

		fprintf(out, "%s\n        {\n          \"type\": \"%s\",\n          \"name\": \"%s\"", i ? "," : "",
			type_names[p->type], p->name);
		if (has_words(p->show)) {
			fprintf(out, ",\n          \"flags\": [\n            ");
			print_words(out, p->show, ",\n            ", "\"");
			fprintf(out, "\n          ]");
		}
		fprintf(out, "\n        }");
	}
	fprintf(out, info->n_params ? "\n      ]" : "]");
}

static void print_event(struct listing *l, const char *name, char dir, const struct event_info *info)
{
	bool available = !listing_is_ignored(name);

	switch (l->form) {
	case LISTING_JSON:
		fprintf(l->out, "%s    {\n      \"name\": \"%s\",\n      \"dir\": \"%c\",\n      \"available\": %s,\n"
			"      \"params\": [", l->any ? ",\n" : "", name, dir, available ? "true" : "false");
		json_params(l->out, info);
		fprintf(l->out, "\n    }");
		break;
	case LISTING_MARKDOWN:
		fprintf(l->out, "%s | `%c` | `%s` | ", available ? "Yes" : "No", dir, name);
		print_params(l->out, info);
		fputc('\n', l->out);
		break;
	default:
		fprintf(l->out, "%c %s(", dir, name);
		print_params(l->out, info);
		fprintf(l->out, ")\n");
	}
	l->any = true;
}

/* System calls without an event of their own, once for each direction. */
static void print_generic(struct listing *l)
{
#define SYSCALL(code, name, event, sampling) [code] = EV_##event == EV_generic,
#define PSEUDO(code, name)
	static const bool generic[SYSCALL_CODES] = {
#include "schema/syscalls.def"
	};
#undef PSEUDO
#undef SYSCALL
	static const struct event_info nothing = { .name = "" };

	for (const char *dir = "><"; *dir; dir++)
		for (unsigned code = 0; code < SYSCALL_CODES; code++)
			if (generic[code])
				print_event(l, syscall_name(code), *dir, &nothing);
}

static void print_category(struct listing *l, uint16_t source)
{
	for (unsigned e = 0; e < EVENT_NUMBERS; e++) {
		const struct event_info *info = &event_infos[e];

		if (!info->name || !(info->category & source) || info->flags & (OLD_VERSION | UNUSED) || e == EV_generic)
			continue;
		print_event(l, info->name, info->dir, info);
	}
	if (source == SRC_SYSCALL)
		print_generic(l);
}

void listing_print(FILE *out, enum listing_form form, const char *schema_version)
{
	static const struct { uint16_t source; const char *title; } categories[] = {
		{ SRC_SYSCALL, "Syscall events" }, { SRC_TRACEPOINT, "Tracepoint events" },
		{ SRC_PLUGIN_SOURCE, "Plugin events" }, { SRC_METAEVENT, "Metaevents" },
	};

	if (form == LISTING_JSON)
		fprintf(out, "{\n  \"schema_version\": \"%s\"", schema_version);
	else
		fprintf(out, "The events below are valid for Falco *Schema Version*: %s\n", schema_version);
	for (unsigned i = 0; i < sizeof(categories) / sizeof(categories[0]); i++) {
		struct listing l = { out, form, false };

		if (form == LISTING_JSON)
			fprintf(out, ",\n  \"%s\": [\n", categories[i].title);
		else
			fprintf(out, "\n## %s\n\n", categories[i].title);
		if (form == LISTING_MARKDOWN)
			fprintf(out, "Default | Dir | Name | Params\n:-------|:----|:-----|:-----\n");
		print_category(&l, categories[i].source);
		if (form == LISTING_JSON)
			fprintf(out, "\n  ]");
	}
	if (form == LISTING_JSON)
		fprintf(out, "\n}\n");
}
