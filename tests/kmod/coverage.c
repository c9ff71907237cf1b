// SPDX-License-Identifier: Apache-2.0
/* Every event the module makes has a test: without one of these symbols the program does not link. */
#define SCHEMA_BEGIN_H		/* the row words mean something else here */
#define EXIT(id, name, ...)  HAS_TEST(name)
#define ENTER(id, name, ...) HAS_TEST(name##_enter)
#define TRACE(id, name, ...) HAS_TEST(name)
#define MARK(id, name, ...)  HAS_TEST(name)
#define EVENT(id, sym, ...)  HAS_TEST(sym)
#define META(...)
#define PLUGIN(...)
#define ITER(...)

#define HAS_TEST(sym) extern const char tested_##sym;
#include "schema/events.def"
#undef HAS_TEST

extern const char *const tested_events[];

#define HAS_TEST(sym) &tested_##sym,
const char *const tested_events[] = {
#include "schema/events.def"
};
