// SPDX-License-Identifier: Apache-2.0
/*
 * Many logins at one moment: LOGINS processes, each a PAM application of its own, wait for each other and then open
 * a session of a service in the directory PAM.D for user-1 ... user-USERS in turn, hold it until the last is open, and close it. Prints
 * the milliseconds that each pam_open_session took and its result, one login a line.
 *
 *   cc -O2 -o logins logins.c -lpam
 *   LD_PRELOAD=libnss_wrapper.so NSS_WRAPPER_PASSWD=... NSS_WRAPPER_GROUP=... ./logins PAM.D sshd 20 100
 */
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int say_nothing(int count, const struct pam_message **messages, struct pam_response **answers, void *data)
{
    (void)messages;
    (void)data;
    *answers = calloc((size_t)count, sizeof **answers);
    return *answers == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Waits until the other end of a pipe is closed by everybody who holds it. */
static void await_end_of(int fd)
{
    char byte;
    while (read(fd, &byte, 1) > 0)
        continue;
}

static int login(const char *directory, const char *service, int user, int ready, int start, int opened, int all_opened)
{
    const struct pam_conv conversation = {.conv = say_nothing};
    char name[32];
    pam_handle_t *pamh;
    snprintf(name, sizeof name, "user-%d", user);
    if (pam_start_confdir(service, name, &conversation, directory, &pamh) != PAM_SUCCESS)
        return 1;
    close(ready);
    await_end_of(start);
    double begin = milliseconds();
    int result = pam_open_session(pamh, 0);
    double took = milliseconds() - begin;
    char line[64];
    int length = snprintf(line, sizeof line, "%.3f %d\n", took, result);
    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        return 1;
    close(opened);
    await_end_of(all_opened);
    pam_close_session(pamh, 0);
    pam_end(pamh, result);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    int users = atoi(argv[3]);
    int logins = atoi(argv[4]);
    int ready[2];
    int start[2];
    int opened[2];
    if (users < 1 || pipe(ready) != 0 || pipe(start) != 0 || pipe(opened) != 0)
        return 2;
    for (int i = 0; i < logins; i++) {
        if (fork() == 0) {
            close(start[1]);
            _exit(login(argv[1], argv[2], 1 + i % users, ready[1], start[0], opened[1], opened[0]));
        }
    }
    close(ready[1]);
    await_end_of(ready[0]);
    close(opened[1]);
    close(start[1]);
    int failed = 0;
    int status;
    while (wait(&status) > 0)
        failed |= status;
    return failed == 0 ? 0 : 1;
}
