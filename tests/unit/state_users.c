/* SPDX-License-Identifier: Apache-2.0 */
/* Users and groups, cgroups, container ids. */
#include "state_test.h"

#include <sys/stat.h>
#include <unistd.h>

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void expect_container(const char *path, const char *want)
{
	char list[512];
	struct thread *t;
	int n = snprintf(list, sizeof(list), "cpuset=/%ccpu=%s", 0, path);

	test_state_new(NULL);
	t = state_seed_thread(test_state,
			      &(struct proc_seed){
				      .tid = 9, .pid = 9, .cgroups = { list, (size_t)n + 1 } });
	EXPECT_STR(t->cgroups->container_id, want);
	test_state_free();
}

TEST(container_id_from_cgroup_path)
{
	expect_container("/", "");
	expect_container("/user.slice/user-0.slice/session-1.scope", "");
	expect_container("/system.slice/ssh.service", "");
	expect_container("/docker/" HEX64, "0123456789ab");
	expect_container("/system.slice/docker-" HEX64 ".scope", "0123456789ab");
	expect_container("/machine.slice/libpod-" HEX64 ".scope", "0123456789ab");
	expect_container("/machine.slice/libpod-" HEX64 ".scope/container", "0123456789ab");
	expect_container("/libpod_parent/libpod-" HEX64, "0123456789ab");
	expect_container("/kubepods/besteffort/pod1/" HEX64, "0123456789ab");
	expect_container("/kubepods.slice/x.slice/cri-containerd-" HEX64 ".scope", "0123456789ab");
	expect_container("/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:" HEX64,
			 "0123456789ab");
	expect_container("/kubepods.slice/crio-" HEX64, "0123456789ab");
	expect_container("/docker/" HEX64 "0", "");
	expect_container("/x/docker/x123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg",
			 "");
	expect_container("/default/web-1", "web-1");
	expect_container("/a/b/c", "");
	expect_container("/lxc/my-box", "my-box");
	expect_container("/lxc.payload.box", "box");
	expect_container("/libvirt/lxc/vm", "vm");
}

TEST(cgroups_are_shared_and_renamed)
{
	struct thread *a, *b;

	test_state_new(NULL);
	a = state_seed_thread(test_state,
			      &(struct proc_seed){
				      .tid = 8, .pid = 8, .cgroups = { "io=/x\0perf=/y", 14 } });
	b = state_seed_thread(test_state,
			      &(struct proc_seed){
				      .tid = 9, .pid = 9, .cgroups = { "io=/x\0perf=/y", 14 } });
	EXPECT(a->cgroups == b->cgroups);
	EXPECT_INT(a->cgroups->refs, 2);
	EXPECT(a->cgroups->list.n == 23 &&
	       memcmp(a->cgroups->list.p, "blkio=/x\0perf_event=/y", 23) == 0);
	apply_exit(8, 0);
	apply_unrelated_event();
	EXPECT_INT(b->cgroups->refs, 1);
	test_state_free();
}

static struct event *user_event(uint16_t type, uint32_t uid, const char *name, const char *container)
{
	record_start(&r, type, -1);
	NUM(&r, useradded, uid, uid);
	NUM(&r, useradded, gid, uid);
	TEXT(&r, useradded, name, name);
	TEXT(&r, useradded, home, "/home");
	TEXT(&r, useradded, shell, "/bin/sh");
	TEXT(&r, useradded, container_id, container);
	return apply_record();
}

TEST(accounts_from_capture_and_events)
{
	const struct user *u;
	uint32_t epoch;

	test_state_new(NULL);
	EXPECT(state_user(test_state, NULL, 0) == NULL);
	EXPECT(state_group(test_state, NULL, 0).p == NULL);
	state_seed_user(test_state, &(struct user){ 5, 6, STR_LIT("games"), STR_LIT("/usr/games"),
						    STR_LIT("/sbin/nologin") });
	state_seed_group(test_state, 7, STR_LIT("lp"));
	u = state_user(test_state, state_thread(test_state, 1), 5);
	EXPECT(u && u->gid == 6);
	EXPECT_STR(u->name, "games");
	EXPECT_STR(state_group(test_state, NULL, 7), "lp");
	epoch = state_epoch(test_state);
	user_event(EV_useradded, 5, "renamed", "");
	EXPECT(state_epoch(test_state) != epoch);
	EXPECT_STR(state_user(test_state, NULL, 5)->name, "renamed");
	user_event(EV_useradded, 5, "inside", "0123456789ab");
	EXPECT_STR(state_user(test_state, NULL, 5)->name, "renamed");
	user_event(EV_userdeleted, 5, "renamed", "");
	EXPECT(state_user(test_state, NULL, 5) == NULL);
	record_start(&r, EV_groupadded, -1);
	NUM(&r, groupadded, gid, 8);
	TEXT(&r, groupadded, name, "mail");
	apply_record();
	EXPECT_STR(state_group(test_state, NULL, 8), "mail");
	record_start(&r, EV_groupdeleted, -1);
	NUM(&r, groupdeleted, gid, 8);
	apply_record();
	EXPECT(state_group(test_state, NULL, 8).p == NULL);
	test_state_free();
}

TEST(thousand_users_are_found)
{
	char name[16];

	test_state_new(NULL);
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t uid = (i * 7919) % 1009;
		int n = snprintf(name, sizeof(name), "u%u", uid);

		state_seed_user(test_state,
				&(struct user){ uid, 0, { name, (size_t)n }, STR_NONE, STR_NONE });
	}
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t uid = (i * 7919) % 1009;

		snprintf(name, sizeof(name), "u%u", uid);
		EXPECT_STR(state_user(test_state, NULL, uid)->name, name);
	}
	test_state_free();
}

static char root[64];

static void put_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", root, name);
	f = fopen(path, "w");
	if (!f)
		return;
	fputs(text, f);
	fclose(f);
}

static void create_root(void)
{
	char path[128];

	snprintf(root, sizeof(root), "/tmp/state_users.XXXXXX");
	if (!mkdtemp(root))
		return;
	snprintf(path, sizeof(path), "%s/etc", root);
	mkdir(path, 0700);
	put_file("/etc/passwd",
		 "root:x:0:0:root:/root:/bin/bash\n# comment\nbroken\nnumber:x:a:0:::\nminus:x:-1:0:::\n"
		 "twice:x:3:3::/one:\ntwice:x:3:3::/two:\nalice:x:1000:1001:A,B:/home/alice:/bin/zsh");
	put_file("/etc/group", "root:x:0:\nadm:x:4:alice,bob\n:x:5:\n");
}

static void remove_root(void)
{
	char path[128];

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/etc/%s", root, i ? "group" : "passwd");
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/etc", root);
	rmdir(path);
	rmdir(root);
}

TEST(live_accounts_are_read_from_files)
{
	create_root();
	test_state_new(&(struct state_options){ .live = true, .host_root = root });
	apply_unrelated_event();
	EXPECT_STR(state_user(test_state, NULL, 1000)->name, "alice");
	EXPECT_STR(state_user(test_state, NULL, 1000)->home, "/home/alice");
	EXPECT_STR(state_user(test_state, NULL, 1000)->shell, "/bin/zsh");
	EXPECT_INT(state_user(test_state, NULL, 1000)->gid, 1001);
	EXPECT_STR(state_user(test_state, NULL, 3)->home, "/one");
	EXPECT(state_user(test_state, NULL, UINT32_MAX) == NULL);
	EXPECT_STR(state_group(test_state, NULL, 4), "adm");
	EXPECT(state_group(test_state, NULL, 5).p == NULL);
	EXPECT(state_user(test_state, NULL, 2000) == NULL);
	put_file("/etc/passwd", "bob:x:2000:2000::/home/bob:/bin/sh\n");
	apply_unrelated_event();
	EXPECT(state_user(test_state, NULL, 2000) ==
	       NULL); /* files were checked less than a second ago */
	record_clock += 2000000000ull;
	apply_unrelated_event();
	EXPECT_STR(state_user(test_state, NULL, 2000)->name, "bob");
	EXPECT(state_user(test_state, NULL, 1000) == NULL);
	test_state_free();
	remove_root();
}
