// SPDX-License-Identifier: Apache-2.0
/* Detects kernel and distribution, and whether the kernel can load modules. */
#include "loader.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

bool host_line(const char *path, char *out, size_t n)
{
	FILE *f = fopen(path, "re");
	bool read = f && fgets(out, (int)n, f);

	if (f)
		fclose(f);
	if (read)
		out[strcspn(out, "\n")] = 0;
	return read;
}

static bool exists(const char *root, const char *path)
{
	char file[2 * PATH_MAX];

	snprintf(file, sizeof(file), "%s%s", root, path);
	return !access(file, F_OK);
}

/* Value of KEY=value or KEY="value" in os-release; empty if the key is missing. */
static void os_release(const struct loader *l, const char *key, char *out, size_t n)
{
	char path[PATH_MAX + 32], line[512];
	size_t key_len = strlen(key);
	FILE *f;

	out[0] = 0;
	snprintf(path, sizeof(path), "%s/etc/os-release", l->host_root);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		char *value = line + key_len + 1, quote;

		if (strncmp(line, key, key_len) || line[key_len] != '=')
			continue;
		value[strcspn(value, "\n")] = 0;
		quote = value[0] == '"' || value[0] == '\'' ? *value++ : 0;
		if (quote && value[0])
			value[strcspn(value, (char[]){ quote, 0 })] = 0;
		snprintf(out, n, "%.*s", (int)n - 1, value);
	}
	if (f)
		fclose(f);
}

static void lower(char *s)
{
	for (; *s; s++)
		*s = (char)tolower((unsigned char)*s);
}

/* Kernel flavour: the first part that starts with a letter, "generic" of "5.15.0-91-generic". */
static const char *flavour(const char *release)
{
	const char *p = release, *last = NULL;

	while ((p = strchr(p, '-'))) {
		p++;
		if (isalpha((unsigned char)*p)) {
			last = p;
			break;
		}
	}
	return last ? last : "generic";
}

static void amazon_target(const struct loader *l, char *out, size_t n)
{
	char version[32];

	os_release(l, "VERSION_ID", version, sizeof(version));
	if (!strcmp(version, "2") || !strncmp(version, "202", 3))
		snprintf(out, n, "amazonlinux%s", version);
	else
		snprintf(out, n, "amazonlinux");
}

static void detect_target(struct loader *l)
{
	char id[64];

	os_release(l, "ID", id, sizeof(id));
	lower(id);
	if (exists(l->host_root, "/etc/VERSION"))
		snprintf(l->target, sizeof(l->target), "minikube");
	else if (!strcmp(id, "amzn"))
		amazon_target(l, l->target, sizeof(l->target));
	else if (!strcmp(id, "ubuntu"))
		snprintf(l->target, sizeof(l->target), "ubuntu-%.50s", flavour(l->release));
	else if (!strcmp(id, "debian") || exists(l->host_root, "/etc/debian_version"))
		snprintf(l->target, sizeof(l->target), "debian");
	else if (id[0])
		snprintf(l->target, sizeof(l->target), "%s", id);
	else if (exists(l->host_root, "/etc/centos-release"))
		snprintf(l->target, sizeof(l->target), "centos");
	else if (exists(l->host_root, "/etc/redhat-release"))
		snprintf(l->target, sizeof(l->target), "rhel");
	else
		snprintf(l->target, sizeof(l->target), "undetermined");
}

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++) {
		if (!strcmp(word, *list))
			return true;
	}
	return false;
}

/* How to install the kernel's headers on this distribution. */
static void choose_headers_hint(struct loader *l)
{
	static const char *const rpm[] = {
		"centos", "rhel",	 "fedora",	 "rocky",	    "almalinux",
		"ol",	  "amazonlinux", "amazonlinux2", "amazonlinux2022", "amazonlinux2023",
		NULL
	};
	static const char *const suse[] = { "sles", "opensuse", "opensuse-leap",
					    "opensuse-tumbleweed", NULL };

	if (!strcmp(l->target, "debian") || !strncmp(l->target, "ubuntu", 6))
		snprintf(l->headers_hint, sizeof(l->headers_hint),
			 "apt-get install linux-headers-%s", l->release);
	else if (is_one_of(l->target, rpm))
		snprintf(l->headers_hint, sizeof(l->headers_hint), "dnf install kernel-devel-%s",
			 l->release);
	else if (is_one_of(l->target, suse))
		snprintf(l->headers_hint, sizeof(l->headers_hint),
			 "zypper install kernel-default-devel");
	else if (!strcmp(l->target, "arch"))
		snprintf(l->headers_hint, sizeof(l->headers_hint), "pacman -S linux-headers");
	else
		snprintf(l->headers_hint, sizeof(l->headers_hint),
			 "the package with the headers of kernel %s", l->release);
}

void host_detect(struct loader *l)
{
	const char *release = getenv("DRIVER_KERNEL_RELEASE"),
		   *version = getenv("DRIVER_KERNEL_VERSION"), *hash;
	struct utsname host = { 0 };

	uname(&host);
	snprintf(l->release, sizeof(l->release), "%s", release && *release ? release : host.release);
	/* "#1 SMP ..." -> "1" */
	hash = strchr(host.version, '#');
	snprintf(l->kernel_version, sizeof(l->kernel_version), "%s",
		 version && *version ? version
		 : hash		     ? hash + 1
				     : "");
	if (!(version && *version))
		l->kernel_version[strcspn(l->kernel_version, " ")] = 0;
	snprintf(l->arch, sizeof(l->arch), "%s", host.machine);
	detect_target(l);
	choose_headers_hint(l);
}

void host_print(const struct loader *l)
{
	printf("DRIVER=\"kmod\"\nDRIVERS_REPO=\"\"\nDRIVER_VERSION=\"%s\"\n", l->version);
	printf("DRIVER_NAME=\"%s\"\nHOST_ROOT=\"%s\"\n", l->name, l->host_root);
	printf("TARGET_ID=\"%s\"\nARCH=\"%s\"\nKERNEL_RELEASE=\"%s\"\nKERNEL_VERSION=\"%s\"\n",
	       l->target, l->arch, l->release, l->kernel_version);
}

enum outcome host_preflight(const struct loader *l)
{
	char path[PATH_MAX + 64], line[256];

	if (!exists(l->sys_root, "/proc/modules")) {
		say("This kernel cannot load modules (there is no /proc/modules)");
		return UNSUPPORTED;
	}
	snprintf(path, sizeof(path), "%s/proc/sys/kernel/modules_disabled", l->sys_root);
	if (host_line(path, line, sizeof(line)) && line[0] == '1') {
		say("This kernel loads no modules until a reboot (kernel.modules_disabled = 1)");
		return REFUSED;
	}
	snprintf(path, sizeof(path), "%s/sys/kernel/security/lockdown", l->sys_root);
	if (host_line(path, line, sizeof(line)) && strstr(line, "[confidentiality]"))
		say("Lockdown is at confidentiality: "
		    "even a signed module may not be able to read kernel data");
	else if (host_line(path, line, sizeof(line)) && strstr(line, "[integrity]"))
		say("Lockdown is at integrity: "
		    "only a module signed with an enrolled key can be loaded");
	return SUCCESS;
}
