/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The macros that rows of events.def are written with, and those that read them.
 *
 * EXIT, ENTER, TRACE, MARK, META, PLUGIN and ITER all become EVENT(id, sym, row, P...), which the
 * file that includes events.def defines.  sym is the row's name in C: EV_sym, struct ix_sym.  row
 * is one parenthesised argument with all other columns; ROW_NAME row, ROW_FLAGS row, ... are its
 * columns, so a new column changes this file and the rows only.
 */
#ifndef SCHEMA_ROWS_H
#define SCHEMA_ROWS_H

#define ROW(id, sym, name, dir, source, category, flags, state, traits, ...) \
	EVENT(id, sym, (name, dir, source, category, flags, state, traits), __VA_ARGS__)

#define ROW_NAME(name, dir, source, category, flags, state, traits)	name
#define ROW_DIR(name, dir, source, category, flags, state, traits)	dir
#define ROW_SOURCE(name, dir, source, category, flags, state, traits)	SRC_##source
#define ROW_CATEGORY(name, dir, source, category, flags, state, traits)	CAT_##category
#define ROW_FLAGS(name, dir, source, category, flags, state, traits)	(flags)
#define ROW_STATE(name, dir, source, category, flags, state, traits)	state
#define ROW_TRAITS(name, dir, source, category, flags, state, traits)	(traits)
/* prefix##state: the row's handler, or what another table says of it. */
#define ROW_PASTE_STATE(prefix, row)	ROW_PASTE(prefix, ROW_STATE row)
#define ROW_PASTE(a, b)	ROW_PASTE_NOW(a, b)
#define ROW_PASTE_NOW(a, b)	a##b

#define ENTER(id, name, ...) ROW(id, name##_enter, #name, '>', SYSCALL, __VA_ARGS__)
#define EXIT(id, name, ...)  ROW(id, name, #name, '<', SYSCALL, __VA_ARGS__)
#define TRACE(id, name, ...) ROW(id, name, #name, '>', TRACEPOINT, __VA_ARGS__)
#define MARK(id, name, ...)  ROW(id, name, #name, '>', METAEVENT, __VA_ARGS__)

/*
 * Rows of events that are made in userspace: USER_EVENT, which is EVENT there and nothing in the
 * kernel.
 */
#define USER_ROW(id, sym, name, dir, source, category, flags, state, traits, ...) \
	USER_EVENT(id, sym, (name, dir, source, category, flags, state, traits), __VA_ARGS__)
#define META(id, name, ...)   USER_ROW(id, name, #name, '>', METAEVENT, __VA_ARGS__)
#define PLUGIN(id, name, ...) USER_ROW(id, name, #name, '>', PLUGIN_SOURCE, __VA_ARGS__)
#define ITER(id, name, ...)   USER_ROW(id, name, #name, '>', ITERATOR, __VA_ARGS__)

#ifdef __KERNEL__
#define USER_EVENT(...)
#else
#define USER_EVENT EVENT
#endif

#endif
