/* SPDX-License-Identifier: Apache-2.0 */
/* Before schema/events.def: only what is a system call has arguments. For one source file, so without a guard. */
#undef META
#undef PLUGIN
#undef ITER
#define META(...)
#define PLUGIN(...)
#define ITER(...)
