/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PAM application that compares its own state before and after each step:
 *
 *   caller [--storm] [--closed-streams] [--silent] [--no-conversation] [--uid=N] [--ruser=NAME] [--pam-env=A=B]
 *          DIRECTORY SERVICE USER STEP...
 *
 * A step is auth, setcred, open, close or chauthtok; fork:STEP takes it in a child process, as sshd does with
 * auth. Prints lines of fields
 * with tabs between them: step NAME RESULT MILLISECONDS, changed FIELD BEFORE AFTER, log LEVEL TEXT, said TEXT.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <security/pam_appl.h>
#include <security/pam_modules.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "state.h"

__attribute__((visibility("default"), format(printf, 3, 4))) void
pam_syslog(const pam_handle_t *pamh, int priority, const char *format, ...);
__attribute__((visibility("default"), format(printf, 3, 0))) void
pam_vsyslog(const pam_handle_t *pamh, int priority, const char *format, va_list arguments);

static int flags_of_steps;

static void print_line(const char *text)
{
    for (; *text != '\0'; text++)
        fputs(*text == '\n' ? "\\n" : (const char[]){*text, '\0'}, stdout);
    putchar('\n');
}

/* In the place of libpam's: what is logged is what the test wants to see. */
void pam_vsyslog(const pam_handle_t *pamh, int priority, const char *format, va_list arguments)
{
    char text[4096];
    (void)pamh;
    vsnprintf(text, sizeof text, format, arguments);
    printf("log\t%d\t", priority);
    print_line(text);
}

void pam_syslog(const pam_handle_t *pamh, int priority, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    pam_vsyslog(pamh, priority, format, arguments);
    va_end(arguments);
}

/* Shows what it is told, and fails the test's expectations when it is asked for anything. */
static int converse(int count, const struct pam_message **messages, struct pam_response **answers, void *context)
{
    (void)context;
    *answers = calloc((size_t)count, sizeof **answers);
    for (int i = 0; i < count; i++) {
        fputs(messages[i]->msg_style == PAM_TEXT_INFO || messages[i]->msg_style == PAM_ERROR_MSG ? "said\t" : "asked\t",
              stdout);
        print_line(messages[i]->msg);
    }
    return *answers == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

static void interrupted(int signal_number)
{
    (void)signal_number;
}

/* Everything is unlike what a program begins with, so that a change to that would show, too. */
static void become_peculiar(void)
{
    static const gid_t groups[] = {4321, 1234, 7};
    sigset_t blocked;
    struct sigaction action = {.sa_handler = interrupted, .sa_flags = SA_NODEFER};
    if (geteuid() == 0 && setgroups(3, groups) != 0)
        abort();
    umask(0137);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    sigaddset(&action.sa_mask, SIGHUP);
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGCHLD, &action, NULL);
    setenv("PECULIAR", "a value", 1);
    if (chdir("/var") != 0)
        abort();
}

static void storm(void)
{
    const struct itimerval often = {.it_interval.tv_usec = 3000, .it_value.tv_usec = 3000};
    setitimer(ITIMER_REAL, &often, NULL);
}

/* What is printed goes out by another descriptor. */
static void close_streams(void)
{
    int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 100);
    FILE *elsewhere = fdopen(out, "w");
    if (elsewhere == NULL)
        abort();
    stdout = elsewhere;
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
}

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int take_step(pam_handle_t *pamh, const char *step)
{
    if (strcmp(step, "auth") == 0)
        return pam_authenticate(pamh, flags_of_steps);
    if (strcmp(step, "setcred") == 0)
        return pam_setcred(pamh, (int)(PAM_ESTABLISH_CRED | (unsigned)flags_of_steps));
    if (strcmp(step, "open") == 0)
        return pam_open_session(pamh, flags_of_steps);
    if (strcmp(step, "close") == 0)
        return pam_close_session(pamh, flags_of_steps);
    if (strcmp(step, "chauthtok") == 0)
        return pam_chauthtok(pamh, flags_of_steps);
    fprintf(stderr, "caller: there is no step '%s'\n", step);
    exit(2);
}

static void watch_step(pam_handle_t *pamh, const char *step)
{
    char *before = state_take();
    long begin = now_ms();
    int result = take_step(pamh, step);
    long end = now_ms();
    char *after = state_take();
    printf("step\t%s\t%d\t%ld\n", step, result, end - begin);
    state_compare(before, after);
    free(before);
    free(after);
}

/* A child whose end is no PAM_DATA_SILENT forgets it: what is still needed here must outlive that. */
static void watch_in_child(pam_handle_t *pamh, const char *step)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        watch_step(pamh, step);
        pam_end(pamh, (int)((unsigned)PAM_SUCCESS | PAM_DATA_SILENT));
        exit(0);
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            abort();
    if (status != 0)
        printf("step\tchild of %s\t%d\t0\n", step, status);
}

int main(int argc, char **argv)
{
    struct pam_conv conversation = {.conv = converse};
    const char *ruser = NULL;
    const char *pam_environment = NULL;
    const char *uid = NULL;
    int i = 1;
    pam_handle_t *pamh;
    become_peculiar();
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--storm") == 0)
            storm();
        else if (strcmp(argv[i], "--closed-streams") == 0)
            close_streams();
        else if (strcmp(argv[i], "--silent") == 0)
            flags_of_steps = (int)PAM_SILENT;
        else if (strcmp(argv[i], "--no-conversation") == 0)
            conversation.conv = NULL;
        else if (strncmp(argv[i], "--ruser=", 8) == 0)
            ruser = argv[i] + 8;
        else if (strncmp(argv[i], "--pam-env=", 10) == 0)
            pam_environment = argv[i] + 10;
        else if (strncmp(argv[i], "--uid=", 6) == 0)
            uid = argv[i] + 6;
    }
    if (argc - i < 4 || pam_start_confdir(argv[i + 1], argv[i + 2], &conversation, argv[i], &pamh) != PAM_SUCCESS)
        return 2;
    if (ruser != NULL)
        pam_set_item(pamh, PAM_RUSER, ruser);
    if (pam_environment != NULL)
        pam_putenv(pamh, pam_environment);
    /* "0 1000": real and effective */
    if (uid != NULL) {
        char *rest;
        uid_t real = (uid_t)strtoul(uid, &rest, 10);
        if (setresuid(real, (uid_t)strtoul(rest + (*rest != '\0'), NULL, 10), 0) != 0)
            return 2;
    }
    for (i += 3; i < argc; i++) {
        if (strncmp(argv[i], "fork:", 5) == 0)
            watch_in_child(pamh, argv[i] + 5);
        else
            watch_step(pamh, argv[i]);
    }
    const char *released = pam_getenv(pamh, "PAM_AUTHTOK");
    if (released != NULL)
        printf("authtok\t%s\n", released);
    pam_end(pamh, PAM_SUCCESS);
    return fflush(stdout) == 0 ? 0 : 1;
}
