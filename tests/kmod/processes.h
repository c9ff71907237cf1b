/* SPDX-License-Identifier: Apache-2.0 */
/* Children, threads and the programs they execute. */
#ifndef KMOD_PROCESSES_H
#define KMOD_PROCESSES_H

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- /proc; pid 0 is the caller ---- */

/* A file of /proc/PID, up to 16 KiB. Static buffer: reading it does not change vm_size. */
const char *proc_text(pid_t pid, const char *name);
/* The number after key in /proc/PID/status, in this base; 0 if there is none. */
uint64_t proc_status(pid_t pid, const char *key, int base);
/* When the process started, in ns since boot, rounded down to a clock tick. */
uint64_t proc_start(pid_t pid);
/* Replaces the content of a file. */
void write_file(const char *path, const char *text);

/* ---- children ---- */

/* Waits for a child, made by fork or clone with any flags; returns its wait status. */
int proc_wait(pid_t pid);
void kill_and_wait(pid_t child);
/* IN_CHILD(pid) { ... }: a child executes the block and exits with 0; the parent waits for it. */
#define IN_CHILD(pid) for (int child_ = !((pid) = fork()) || (proc_wait(pid), 0); child_; _exit(0))

/* Starts a thread that exits immediately, and waits until its id is free; returns the id. */
pid_t run_brief_thread(void);

/* ---- system calls to record ---- */

void stay_on_cpu0(void);
void call_getppid(int times);

/* ---- execve; the macros are for tests (expect.h) ---- */

extern const char true_program[]; /* exits with 0 */

/* realpath(), in a static buffer; the path itself if there is no such file. */
const char *resolved(const char *path);
/* Executes path in a child and waits for it; returns its pid. */
pid_t run_program(const char *path, char *const argv[], char *const envp[]);
/* Copies true_program to an open file, which it returns. */
int copy_program(int to);
void copy_program_to(const char *path, int mode);
/*
 * Arguments of a 32-bit execve: argv { "compat", "words" } at [0], envp { "N=32" } at [4], and path
 * 96 bytes after [64]. All below 4 GiB.
 */
uint32_t *compat_exec_args(const char *path);

#define RECORD_EXEC()                                             \
	do {                                                      \
		RECORD(__NR_execve);                              \
		RECORD(__NR_execveat);                            \
		driver_trace(&self->d, FALCO_TP_SCHED_PROC_EXEC); \
	} while (0)
#define EXPECT_STRINGS(event, name, literal) EXPECT_BYTES(event, name, literal, sizeof(literal) - 1)
#define EXPECT_FILE(event, path)                                                    \
	do {                                                                        \
		struct stat st_ = { 0 };                                            \
		ASSERT_EQ(0, stat(path, &st_));                                     \
		EXPECT_NUM(event, exe_ino, st_.st_ino);                             \
		EXPECT_NUM(event, exe_ino_ctime,                                    \
			   st_.st_ctim.tv_sec *NSEC_PER_SEC + st_.st_ctim.tv_nsec); \
		EXPECT_NUM(event, exe_ino_mtime,                                    \
			   st_.st_mtim.tv_sec *NSEC_PER_SEC + st_.st_mtim.tv_nsec); \
		EXPECT_TEXT(event, trusted_exepath, resolved(path));                \
	} while (0)

/* ---- clone ---- */

/*
 * The record of the child: on x86 it is made when the child returns from the call. On arm64 it is
 * made by sched_process_fork in the parent, always as a clone event; its flags are then those that
 * can be derived from the child (child_flags() in clone.c).
 */
#define RECORD_CLONE(nr)                                          \
	do {                                                      \
		RECORD(nr);                                       \
		driver_trace(&self->d, FALCO_TP_SCHED_PROC_FORK); \
	} while (0)

#define FIND_CHILD(event, pid)                  \
	do {                                    \
		if (CHILD_FROM_FORK)            \
			FIND_BY(clone, pid, 0); \
		else                            \
			FIND_BY(event, pid, 0); \
	} while (0)

#endif
