// SPDX-License-Identifier: Apache-2.0
/* --list-events: the event table as text, markdown or JSON. */
#include "app/list.h"
#include "app/syscalls.h"
#include "base/json.h"
#include "base/macros.h"
#include "event/event.h"
#include "event/flags.h"
#include "uapi/version.h"

static const struct kind {
	const char *title, *key;
	unsigned source; /* enum event_source */
} kinds[] = {
	{ "Syscall events", "syscall_events", SRC_SYSCALL },
	{ "Tracepoint events", "tracepoint_events", SRC_TRACEPOINT },
	{ "Plugin events", "plugin_events", SRC_PLUGIN_SOURCE },
	{ "Metaevents", "metaevents", SRC_METAEVENT },
};

/* One listed event, or a system call without an event of its own (info is the generic event's). */
struct listed {
	const char *name;
	const struct event_info *info;
	bool ignored;
};

/* Appends one event to arg: a struct buf, or for add_json() a struct json. */
typedef void (*add_fn)(const struct listed *e, void *arg);

static const char *type_name(unsigned type)
{
	static const char *const names[] = {
#define TYPE(name, wire, size, shown) #shown,
#include "schema/types.def"
#undef TYPE
	};

	return type < T_COUNT ? names[type] : "NONE";
}

static bool is_ignored(unsigned event)
{
	unsigned category = event_infos[event].category & 0xff;

	return (category == CAT_IO_READ || category == CAT_IO_WRITE) &&
	       !(event_infos[event].flags & STATE);
}

static void list_generic(add_fn add, void *arg)
{
	for (unsigned code = 0; code < SYSCALL_CODES; code++) {
		struct listed e = { syscall_name(code), &event_infos[EV_generic], false };

		if (e.name && syscalls_is_generic(code))
			add(&e, arg);
	}
}

static void list_kind(const struct kind *kind, add_fn add, void *arg)
{
	for (unsigned i = 0; i < EVENT_NUMBERS; i++) {
		struct listed e = { event_infos[i].name, &event_infos[i], is_ignored(i) };

		if (!e.name || e.info->flags & (OLD_VERSION | UNUSED) ||
		    !(e.info->category & kind->source) || i == EV_generic)
			continue;
		add(&e, arg);
	}
	if (kind->source == SRC_SYSCALL)
		list_generic(add, arg);
}

static void add_params(const struct event_info *info, struct buf *out)
{
	for (unsigned i = 0; i < info->n_params; i++) {
		const struct param_info *p = &info->params[i];
		unsigned n = 0;
		const struct flag_name *names = flags_table((enum param_show)p->show, &n);

		buf_printf(out, "%s%s **%s**", i ? ", " : "", type_name(p->type), p->name);
		for (unsigned k = 0; names && k < n; k++)
			buf_printf(out, "%s%s", k ? ", " : ": ", names[k].name);
	}
}

static void add_text(const struct listed *e, void *arg)
{
	struct buf *out = arg;

	buf_printf(out, "%c %s(", e->info->dir, e->name);
	add_params(e->info, out);
	buf_cstr(out, ")\n");
}

static void add_markdown(const struct listed *e, void *arg)
{
	struct buf *out = arg;

	buf_printf(out, "%s | `%c` | `%s` | ", e->ignored ? "No" : "Yes", e->info->dir, e->name);
	add_params(e->info, out);
	buf_char(out, '\n');
}

static void add_json(const struct listed *e, void *arg)
{
	struct json *j = arg;

	json_object(j);
	json_add_text(j, "name", e->name);
	json_add_str(j, "dir", (struct str){ &e->info->dir, 1 });
	json_add_bool(j, "available", !e->ignored);
	json_add_array(j, "params");
	for (unsigned i = 0; i < e->info->n_params; i++) {
		const struct param_info *p = &e->info->params[i];
		unsigned n = 0;
		const struct flag_name *names = flags_table((enum param_show)p->show, &n);

		json_object(j);
		json_add_text(j, "type", type_name(p->type));
		json_add_text(j, "name", p->name);
		if (names) {
			json_add_array(j, "flags");
			for (unsigned k = 0; k < n; k++)
				json_text(j, names[k].name);
			json_end(j);
		}
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void events_json(struct buf *out)
{
	struct json j = { .out = out, .indent = 2 };

	json_object(&j);
	json_add_text(&j, "schema_version", FALCO_SCHEMA_STRING);
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		json_add_array(&j, kinds[i].key);
		list_kind(&kinds[i], add_json, &j);
		json_end(&j);
	}
	json_end(&j);
	buf_char(out, '\n');
}

void list_events(const struct options *o, struct buf *out)
{
	bool markdown = o->format == FORMAT_MARKDOWN;

	if (o->format == FORMAT_JSON) {
		events_json(out);
		return;
	}
	buf_printf(out, "The events below are valid for Falco *Schema Version*: %s\n",
		   FALCO_SCHEMA_STRING);
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		buf_printf(out,
			   markdown ? "\n## %s\n\nDefault | Dir | Name | Params\n:-------|:----|:-----|:-----\n"
				    : "\n## %s\n\n",
			   kinds[i].title);
		list_kind(&kinds[i], markdown ? add_markdown : add_text, out);
	}
}
