/* SPDX-License-Identifier: Apache-2.0 */
/* evt.arg and the other fields whose argument is checked against the event schema. */
#ifndef FIELDS_ARG_H
#define FIELDS_ARG_H

#include "fields/field.h"

/*
 * For evt.arg, evt.rawarg, evt.type.is, evt.abspath: check the argument against the schema and
 * set the type of evt.rawarg.  True for every other field.
 */
bool arg_check(struct arena *a, struct field_ref *ref, struct reason *why);

#endif
