/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The row words of events.def, all in terms of EVENT(id, sym, name, direction, source, category, flags, state, P...). */
#ifndef SCHEMA_BEGIN_H
#define SCHEMA_BEGIN_H

#define ENTER(id, name, ...) EVENT(id, name##_enter, #name, '>', SYSCALL, __VA_ARGS__)
#define EXIT(id, name, ...)  EVENT(id, name, #name, '<', SYSCALL, __VA_ARGS__)
#define TRACE(id, name, ...) EVENT(id, name, #name, '>', TRACEPOINT, __VA_ARGS__)
#define MARK(id, name, ...)  EVENT(id, name, #name, '>', METAEVENT, __VA_ARGS__)

#ifdef __KERNEL__
#define META(...)
#define PLUGIN(...)
#define ITER(...)
#else
#define META(id, name, ...)   EVENT(id, name, #name, '>', METAEVENT, __VA_ARGS__)
#define PLUGIN(id, name, ...) EVENT(id, name, #name, '>', PLUGIN_SOURCE, __VA_ARGS__)
#define ITER(id, name, ...)   EVENT(id, name, #name, '>', ITERATOR, __VA_ARGS__)
#endif

#endif
