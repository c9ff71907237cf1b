/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event table as an array.
 *
 * In: kmod/schema/events.def.  Out: event_infos[], indexed by event number; roles are found by
 * schema_init().
 */
#include "event/decode.h"

/* One array of parameters per event, */
#define EVENT(id, sym, row, ...) static const struct param_info params_##sym[] = { __VA_ARGS__ };
#define P(name, type, show, collect) { #name, T_##type, SIZE_##type, SHOW_##show, SIGN_##type },
#include "base/macros.h"
#include "schema/events.def"
#undef P
#undef EVENT

/* one of their sizes, close together for the decoder, */
#define EVENT(id, sym, row, ...) static const uint16_t sizes_##sym[] = { __VA_ARGS__ 0 };
#define P(name, type, show, collect) SIZE_##type,
#include "schema/events.def"
#undef P
#undef EVENT

/* and one row that refers to both. */
#define EVENT(id, sym, row, ...)                               \
	[id] = {                                               \
		.name = ROW_NAME row,                          \
		.params = params_##sym,                        \
		.category = ROW_SOURCE row | ROW_CATEGORY row, \
		.flags = ROW_FLAGS row,                        \
		.n_params = NPARAMS(sym),                      \
		.dir = ROW_DIR row,                            \
		.sizes = sizes_##sym,                          \
	},
#define P(name, type, show, collect)
struct event_info event_infos[EVENT_NUMBERS] = {
#include "schema/events.def"
};
#undef P
#undef EVENT

#define SYSCALL(code, name, event) [code] = #name,
#define PSEUDO(code, name, tp) [code] = #name,
static const char *const syscall_names[SYSCALL_CODES] = {
#include "schema/syscalls.def"
};
#undef PSEUDO
#undef SYSCALL

const char *syscall_name(unsigned code)
{
	return code < SYSCALL_CODES ? syscall_names[code] : NULL;
}

static void role_set(struct event_info *info, enum param_role role, unsigned i)
{
	if (info->roles[role] < 0)
		info->roles[role] = (int8_t)i;
}

/* The first parameter of a system call's exit event is its result; generic events have none. */
static bool param_is_result(const struct event_info *info, unsigned i)
{
	return i == 0 && info->dir == '<' && info->category & SRC_SYSCALL &&
	       info != &event_infos[EV_generic];
}

static void role_of_show(struct event_info *info, unsigned i)
{
	switch (info->params[i].show) {
	case SHOW_fs_name:
		role_set(info, ROLE_FS_NAME, i);
		break;
	case SHOW_fs_source:
		role_set(info, ROLE_FS_SOURCE, i);
		break;
	case SHOW_fs_target:
		role_set(info, ROLE_FS_TARGET, i);
		break;
	}
}

static void role_of_type(struct event_info *info, unsigned i)
{
	const struct param_info *p = &info->params[i];

	switch (p->type) {
	case T_fd:
		if ((info->flags & USES_FD) && info->roles[ROLE_RESULT] != (int)i)
			role_set(info, ROLE_FD, i);
		break;
	case T_fd_new:
		role_set(info, ROLE_FD_NEW, i);
		break;
	case T_dirfd:
		role_set(info, ROLE_DIRFD, i);
		break;
	case T_str:
		info->texts |= 1u << i;
		break;
	case T_path:
	case T_relpath:
		info->texts |= 1u << i;
		role_set(info, ROLE_PATH, i);
		break;
	case T_strv:
	case T_strarray:
		info->lists |= 1u << i;
		break;
	case T_socktuple:
		role_set(info, ROLE_TUPLE, i);
		break;
	case T_bytes:
		if (strcmp(p->name, "data") == 0)
			role_set(info, ROLE_DATA, i);
		break;
	}
}

static void schema_roles(struct event_info *info)
{
	memset(info->roles, -1, sizeof(info->roles));
	for (unsigned i = 0; i < info->n_params; i++) {
		if (param_is_result(info, i))
			role_set(info, ROLE_RESULT, i);
		role_of_type(info, i);
		role_of_show(info, i);
		if (strcmp(info->params[i].name, "flags") == 0)
			role_set(info, ROLE_FLAGS, i);
	}
	/* The *at() calls that use a descriptor act upon their directory. */
	if ((info->flags & USES_FD) && info->roles[ROLE_FD] < 0)
		info->roles[ROLE_FD] = info->roles[ROLE_DIRFD];
}

void schema_init(void)
{
	static const uint16_t opens[] = { EV_open, EV_openat, EV_openat2, EV_open_by_handle_at };

	for (unsigned i = 0; i < EVENT_NUMBERS; i++)
		schema_roles(&event_infos[i]);
	for (unsigned i = 0; i < ARRAY_SIZE(opens); i++)
		event_infos[opens[i]].roles[ROLE_OPEN_FLAGS] =
			event_infos[opens[i]].roles[ROLE_FLAGS];
	/* quirk: of the two descriptors of splice the second one is the event's. */
	event_infos[EV_splice].roles[ROLE_FD] = IX(splice, fd_out);
	decode_init();
}
