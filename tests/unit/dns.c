// SPDX-License-Identifier: Apache-2.0
/* Names of addresses, using names that this machine resolves without a network. */
#include <netdb.h>
#include <netinet/in.h>
#include <time.h>

#include "base/net.h"
#include "fields/field.h"
#include "rules/loader.h"
#include "rules/match.h"
#include "state/dns.h"

#include "state_test.h"

static struct ip ip_of(const char *text)
{
	struct ip ip = { 0 };

	EXPECT(net_parse_ip(str_of(text), &ip));
	return ip;
}

static bool wait_until_settled(struct dns *res)
{
	for (int i = 0; i < 2000 && !dns_is_settled(res); i++)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	return dns_is_settled(res);
}

static bool localhost_resolves(void)
{
	struct addrinfo *list;
	bool good =
		!getaddrinfo("localhost", NULL, &(struct addrinfo){ .ai_family = AF_INET }, &list);

	good = good &&
	       ((struct sockaddr_in *)list->ai_addr)->sin_addr.s_addr == htonl(INADDR_LOOPBACK);
	if (good)
		freeaddrinfo(list);
	return good;
}

TEST(lookup_returns_resolved_names)
{
	struct str first[] = { STR_LIT("localhost") },
		   second[] = { STR_LIT("127.0.0.9"), STR_LIT("localhost") };
	struct dns *res = dns_new();
	struct str got[4];

	if (!localhost_resolves())
		SKIP("localhost has no address here");
	EXPECT_INT(dns_lookup(res, ip_of("127.0.0.1"), got, 4), 0);
	EXPECT(dns_set_names(res, first, 1));
	EXPECT(wait_until_settled(res));
	EXPECT_INT(dns_lookup(res, ip_of("127.0.0.1"), got, 4), 1);
	EXPECT_STR(got[0], "localhost");
	EXPECT_INT(dns_lookup(res, ip_of("127.0.0.9"), got, 4), 0);
	/* Another set after a reload; strings returned earlier remain valid. */
	EXPECT(dns_set_names(res, second, 2));
	EXPECT(wait_until_settled(res));
	EXPECT_STR(got[0], "localhost");
	EXPECT_INT(dns_lookup(res, ip_of("127.0.0.9"), got, 4), 1);
	EXPECT_STR(got[0], "127.0.0.9");
	EXPECT(dns_set_names(res, NULL, 0));
	EXPECT(wait_until_settled(res));
	EXPECT_INT(dns_lookup(res, ip_of("127.0.0.1"), got, 4), 0);
	dns_free(res);
}

TEST(free_does_not_wait_for_resolution)
{
	struct str name = STR_LIT("localhost");
	struct dns *res;

	for (int i = 0; i < 50; i++) {
		res = dns_new();
		EXPECT(dns_set_names(res, &name, 1));
		dns_free(res);
	}
	dns_free(dns_new());
}

static struct event *connect_to(int64_t tid, uint8_t last)
{
	uint8_t tuple[] = { 2, 10, 0, 0, 1, 0x39, 0x30, 127, 0, 0, last, 80, 0 };

	record_start(&r, EV_socket, tid);
	NUM(&r, socket, fd, 5);
	NUM(&r, socket, domain, 2);
	NUM(&r, socket, type, 1);
	apply_record();
	record_start(&r, EV_connect, tid);
	NUM(&r, connect, fd, 5);
	record_bytes(&r, IX(connect, tuple), tuple, sizeof(tuple));
	return apply_record();
}

static bool matches(const char *condition, struct event *ev)
{
	struct rules_loader *l = rules_loader_new(NULL);
	static uint16_t generation;
	struct matcher_options opt = { .match_all = true, .generation = ++generation };
	struct arena arena = { 0 };
	struct extract x = { .ev = ev, .state = test_state, .scratch = &arena };
	struct rules *rules = NULL;
	const struct rule *const *hits;
	struct matcher_error err;
	struct load_result res;
	struct matcher *m;
	char yaml[256];
	bool hit = false;

	snprintf(yaml, sizeof(yaml),
		 "- {rule: a, desc: d, output: o, priority: INFO, condition: '%s'}\n", condition);
	EXPECT(rules_loader_file(l, "r.yaml", yaml, strlen(yaml), &res));
	load_result_free(&res);
	if (rules_loader_finish(l, NULL, &rules)) {
		m = matcher_new(rules, &opt, &arena, &err);
		hit = m && matcher_match(m, &x, &hits);
		matcher_free(m);
		rules_free(rules);
	}
	rules_loader_free(l);
	arena_free(&arena);
	return hit;
}

static void expect_field(struct event *ev, const char *field, const char *want)
{
	struct value v[FIELD_VALUES_MAX];
	struct arena arena = { 0 };
	struct extract x = { .ev = ev, .state = test_state, .scratch = &arena, .printing = true };
	struct field_ref ref;
	struct reason why;

	EXPECT(field_resolve(&arena, str_of(field), STR_NONE, &ref, &why));
	EXPECT_INT(field_get_values(&x, &ref, v), want ? 1 : 0);
	if (want)
		EXPECT_STR(v[0].str, want);
	arena_free(&arena);
}

TEST(name_fields_compare_all_names)
{
	struct str names[] = { STR_LIT("localhost"), STR_LIT("127.0.0.1") };
	struct dns *res = dns_new();
	struct event *ev;

	if (!localhost_resolves())
		SKIP("localhost has no address here");
	test_state_new(NULL);
	state_set_dns(test_state, res);
	EXPECT(dns_set_names(res, names, 2));
	EXPECT(wait_until_settled(res));
	ev = connect_to(1, 1);
	EXPECT(matches("fd.sip.name = localhost", ev));
	EXPECT(matches("fd.rip.name = localhost or fd.lip.name = localhost", ev));
	EXPECT(matches("fd.sip.name in (a.example, 127.0.0.1)", ev));
	EXPECT(!matches("fd.sip.name = a.example", ev));
	EXPECT(!matches("fd.sip.name != localhost", ev));
	EXPECT(matches("fd.sip.name != a.example", ev));
	EXPECT(!matches("fd.cip.name = localhost", ev));
	expect_field(ev, "fd.cip.name", NULL);
	ev = connect_to(1, 77);
	EXPECT(!matches("fd.sip.name = localhost", ev));
	EXPECT(matches("fd.sip.name != localhost", ev));
	expect_field(ev, "fd.sip.name", NULL);
	test_state_free();
}

TEST(name_field_prints_one_name)
{
	struct str name = STR_LIT("localhost");
	struct dns *res = dns_new();

	if (!localhost_resolves())
		SKIP("localhost has no address here");
	test_state_new(NULL);
	state_set_dns(test_state, res);
	EXPECT(dns_set_names(res, &name, 1));
	EXPECT(wait_until_settled(res));
	expect_field(connect_to(1, 1), "fd.sip.name", "localhost");
	test_state_free();
}
