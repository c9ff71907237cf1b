/* SPDX-License-Identifier: Apache-2.0 */
/* user.* and group.* fields. */
#include "fields/extract.h"

/* Text of a user that is not in a user table; uid 0 is root even then. */
static struct str unknown_user(uint32_t uid, int64_t what)
{
	if (uid)
		return STR_LIT("<NA>");
	switch (what) {
	case USER_HOME:
		return STR_LIT("/root");
	case USER_SHELL:
		return STR_LIT("");
	default:
		return STR_LIT("root");
	}
}

GETTER(user_text)
{
	const struct thread *t = x->ev->thread;
	int64_t what = ref->field->variant;
	const struct user *user;
	uint32_t uid;
	struct str s;

	if (!t)
		return 0;
	uid = what == USER_LOGIN_NAME ? t->loginuid : t->uid;
	user = state_user(x->state, t, uid);
	if (!user)
		return set_text(out, unknown_user(uid, what));
	s = what == USER_HOME ? user->home : what == USER_SHELL ? user->shell : user->name;
	return set_text(out, s.p ? s : STR_LIT(""));
}

GETTER(user_loginuid)
{
	(void)ref;
	if (!x->ev->thread)
		return 0;
	return set_s64(out, x->ev->thread->loginuid == UINT32_MAX
				    ? -1
				    : (int64_t)x->ev->thread->loginuid);
}

GETTER(group_name)
{
	const struct thread *t = x->ev->thread;
	struct str s;

	(void)ref;
	if (!t)
		return 0;
	s = state_group(x->state, t, t->gid);
	return set_text(out, s.p ? s : t->gid ? STR_LIT("<NA>") : STR_LIT("root"));
}
