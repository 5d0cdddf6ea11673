/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

extern char **environ;

/* Ids, groups, umask, masks and dispositions of signals, capabilities, threads, locked memory. */
static void put_status(FILE *out)
{
    static const char *const names[] = {
        "Umask",  "TracerPid", "Uid",    "Gid",    "Groups", "NSpid",  "VmLck",      "Threads", "SigPnd",      "ShdPnd",
        "SigBlk", "SigIgn",    "SigCgt", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb",  "NoNewPrivs", "Cpus_allowed",
    };
    FILE *status = fopen("/proc/self/status", "re");
    if (status == NULL)
        abort();
    char line[4096];
    while (fgets(line, sizeof line, status) != NULL) {
        char *colon = strchr(line, ':');
        if (colon == NULL)
            continue;
        *colon = '\0';
        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (strcmp(line, names[i]) == 0)
                fprintf(out, "%s=%.*s\n", line, (int)strcspn(colon + 1, "\n"), colon + 1);
    }
    fclose(status);
}

static void put_link(FILE *out, const char *name, const char *path)
{
    char target[4096];
    ssize_t length = readlink(path, target, sizeof target);
    fprintf(out, "%s=%.*s\n", name, length < 0 ? 0 : (int)length, target);
}

static int by_number(const struct dirent **one, const struct dirent **other)
{
    return atoi((*one)->d_name) - atoi((*other)->d_name);
}

/* Number, flags and target of each. */
static void put_descriptors(FILE *out)
{
    struct dirent **entries;
    int count = scandir("/proc/self/fd", &entries, NULL, by_number);
    fprintf(out, "fds=");
    for (int i = 0; i < count; i++) {
        int fd = atoi(entries[i]->d_name);
        int flags = entries[i]->d_name[0] == '.' ? -1 : fcntl(fd, F_GETFL);
        /* the one that scandir used is closed */
        if (flags >= 0) {
            char path[64];
            char target[4096];
            snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
            ssize_t length = readlink(path, target, sizeof target);
            fprintf(out, "%d:%o:%x:%.*s,", fd, (unsigned)flags, (unsigned)fcntl(fd, F_GETFD), length < 0 ? 0 : (int)length, target);
        }
        free(entries[i]);
    }
    free(entries);
    fprintf(out, "\n");
}

static void put_signals(FILE *out)
{
    for (int number = 1; number <= SIGRTMAX; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0)
            continue;
        fprintf(out, "signal %d=%p %x", number, *(void **)&action.sa_handler, (unsigned)action.sa_flags);
        for (int other = 1; other <= SIGRTMAX; other++)
            fputc(sigismember(&action.sa_mask, other) == 1 ? '1' : '0', out);
        fputc('\n', out);
    }
    struct itimerval timer;
    getitimer(ITIMER_REAL, &timer);
    fprintf(out, "timer=%ld.%06ld\n", (long)timer.it_interval.tv_sec, (long)timer.it_interval.tv_usec);
}

static void put_limits(FILE *out)
{
    for (int resource = 0; resource < (int)RLIM_NLIMITS; resource++) {
        struct rlimit limit;
        if (syscall(SYS_getrlimit, resource, &limit) == 0)
            fprintf(out, "limit %d=%ju %ju\n", resource, (uintmax_t)limit.rlim_cur, (uintmax_t)limit.rlim_max);
    }
}

static void put_environment(FILE *out)
{
    unsigned count = 0;
    fprintf(out, "environment=");
    for (char **entry = environ; *entry != NULL; entry++, count++)
        for (const char *at = *entry; *at != '\0'; at++)
            fputc(*at == '\n' ? ' ' : *at, out);
    fprintf(out, " (%u at %p)\n", count, (void *)environ);
}

static void put_children(FILE *out)
{
    char children[256] = "";
    FILE *list = fopen("/proc/thread-self/children", "re");
    if (list != NULL) {
        if (fgets(children, sizeof children, list) == NULL)
            children[0] = '\0';
        fclose(list);
    }
    fprintf(out, "children=%s\n", children);
}

char *state_take(void)
{
    char *text = NULL;
    size_t length = 0;
    int error = errno;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        abort();
    put_descriptors(out);
    put_status(out);
    put_link(out, "cwd", "/proc/self/cwd");
    put_link(out, "root", "/proc/self/root");
    put_signals(out);
    put_limits(out);
    put_environment(out);
    put_children(out);
    fprintf(out, "fsuid=%d\nfsgid=%d\n", setfsuid((uid_t)-1), setfsgid((gid_t)-1));
    fprintf(out, "group and session=%d %d %d\n", getpgrp(), getsid(0), getppid());
    fprintf(out, "nice=%d\n", getpriority(PRIO_PROCESS, 0));
    fprintf(out, "dumpable=%d keepcaps=%d securebits=%d\n", prctl(PR_GET_DUMPABLE), prctl(PR_GET_KEEPCAPS), prctl(PR_GET_SECUREBITS));
    fprintf(out, "locale=%s\n", setlocale(LC_ALL, NULL));
    fprintf(out, "session keyring=%ld\n", syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0));
    fclose(out);
    errno = error;
    return text;
}

void state_compare(const char *before, const char *after)
{
    while (*before != '\0' && *after != '\0') {
        int name = (int)strcspn(before, "=");
        int one = (int)strcspn(before, "\n");
        int other = (int)strcspn(after, "\n");
        if (one != other || strncmp(before, after, (size_t)one) != 0)
            printf("changed\t%.*s\t%.*s\t%.*s\n", name, before, one, before, other, after);
        before += one + 1;
        after += other + 1;
    }
    if (*before != *after)
        printf("changed\tnumber of fields\t\t\n");
}
