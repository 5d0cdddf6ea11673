/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pam_tpm_keyring.so: opens the vaults of who logs in and shuts them when he has logged out, by asking
 * keyringd. It stands aside whenever it cannot. What it says never lets anybody in: the phase auth ends
 * with PAM_IGNORE whatever happens.
 */
#include <errno.h>
#include <security/pam_modules.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "visit.h"

#define EXPORTED __attribute__((visibility("default")))
#define LEASE_DATA "tpm-keyring-lease"

/* A login waits for the former; for the latter, which asks the TPM twice for each vault, a person does. */
enum { LOGIN_TIMEOUT_MS = 2000, PASSWORD_TIMEOUT_MS = 10000 };

/* What a phase does over a wire whose deadline runs, and its result for PAM. */
typedef int phase_body(const struct visit *visit, struct wire *wire);

static int stand_aside(const struct visit *visit, const struct wire *wire)
{
    visit_log_trouble(visit, wire);
    return PAM_IGNORE;
}

static int refused(const struct visit *visit, const struct reply *reply)
{
    visit_tell_reply(visit, reply);
    return PAM_IGNORE;
}

/* Called by PAM when the lease is forgotten. Nothing ends by that: a child that shares the session forgets it, too. */
static void forget_lease(pam_handle_t *pamh, void *lease, int status)
{
    (void)pamh;
    (void)status;
    free(lease);
}

/* Without it the lease is found again by the process that opened it, so it is not missed much. */
static void remember_lease(const struct visit *visit, const char *lease)
{
    char *copy = strdup(lease);
    if (copy != NULL && pam_set_data(visit->pamh, LEASE_DATA, copy, forget_lease) != PAM_SUCCESS)
        free(copy);
}

static int open_session(const struct visit *visit, struct wire *wire)
{
    struct reply reply;
    const char *login = pam_getenv(visit->pamh, "XDG_SESSION_ID");
    if (!call_open_session(wire, visit->options.socket, visit->owner, visit->service, login, &reply))
        return stand_aside(visit, wire);
    if (reply.error != NULL)
        return refused(visit, &reply);
    const char *lease = reply.texts[REPLY_LEASE];
    visit_debug(visit, "session of uid %ju: lease '%s', %lld vaults opened, %lld refused", (uintmax_t)visit->owner,
                lease, (long long)reply.numbers[REPLY_OPENED], (long long)reply.numbers[REPLY_REFUSED]);
    remember_lease(visit, lease);
    visit_tell_reply(visit, &reply);
    return lease[0] == '\0' ? PAM_IGNORE : PAM_SUCCESS;
}

static int close_session(const struct visit *visit, struct wire *wire)
{
    const void *lease = NULL;
    struct reply reply;
    if (pam_get_data(visit->pamh, LEASE_DATA, &lease) != PAM_SUCCESS)
        lease = NULL;
    if (lease != NULL && ((const char *)lease)[0] == '\0')
        return PAM_IGNORE;
    if (!call_close_session(wire, visit->options.socket, visit->owner, lease, &reply))
        return stand_aside(visit, wire);
    if (reply.error != NULL)
        return refused(visit, &reply);
    visit_debug(visit, "session of uid %ju: closed", (uintmax_t)visit->owner);
    (void)pam_set_data(visit->pamh, LEASE_DATA, NULL, NULL);
    return PAM_SUCCESS;
}

static int keep_password(const struct visit *visit, struct wire *wire)
{
    struct reply reply;
    const char *password = visit_text(visit, PAM_AUTHTOK);
    if (!call_keep_password(wire, visit->options.socket, visit->owner, password, &reply))
        return stand_aside(visit, wire);
    if (reply.error != NULL)
        return refused(visit, &reply);
    visit_debug(visit, "password of uid %ju: %s", (uintmax_t)visit->owner,
                reply.flags[REPLY_KEPT] ? "kept for the session" : "no vault takes it");
    return PAM_IGNORE;
}

static bool set_authtok(void *pamh, const char *secret)
{
    return pam_set_item(pamh, PAM_AUTHTOK, secret) == PAM_SUCCESS;
}

static int release_authtok(const struct visit *visit, struct wire *wire)
{
    struct reply reply;
    if (!call_release_authtok(wire, visit->options.socket, visit->owner, set_authtok, visit->pamh, &reply))
        return stand_aside(visit, wire);
    if (reply.error != NULL)
        return refused(visit, &reply);
    visit_debug(visit, "password of uid %ju: %s", (uintmax_t)visit->owner,
                reply.flags[REPLY_RELEASED] ? "released from a vault" : "no vault has one");
    return PAM_IGNORE;
}

/* The new one counts from now on, and the person is there to read that the vaults were not told of it. */
static int change_password(const struct visit *visit, struct wire *wire)
{
    struct reply reply;
    const char *old_password = visit_text(visit, PAM_OLDAUTHTOK);
    const char *new_password = visit_text(visit, PAM_AUTHTOK);
    if (!call_change_password(wire, visit->options.socket, visit->owner, old_password, new_password, &reply)) {
        visit_tell(visit, "vaults that the old password opened may not know the new one, keyringd gave no answer",
                   "systemctl status keyringd.service");
        return stand_aside(visit, wire);
    }
    if (reply.error != NULL)
        return refused(visit, &reply);
    visit_debug(visit, "password of uid %ju: %lld protectors changed, %lld left", (uintmax_t)visit->owner,
                (long long)reply.numbers[REPLY_CHANGED], (long long)reply.numbers[REPLY_LEFT]);
    visit_tell_reply(visit, &reply);
    return PAM_SUCCESS;
}

static bool is_there(const char *password)
{
    return password != NULL && password[0] != '\0';
}

static int authenticate(const struct visit *visit, struct wire *wire)
{
    if (is_there(visit_text(visit, PAM_AUTHTOK)))
        return keep_password(visit, wire);
    return visit->options.authtok ? release_authtok(visit, wire) : PAM_IGNORE;
}

static int change_authtok(const struct visit *visit, struct wire *wire)
{
    return is_there(visit_text(visit, PAM_AUTHTOK)) ? change_password(visit, wire) : PAM_IGNORE;
}

/* Runs a phase for what PAM has called with, and leaves errno as it was. */
static int run(phase_body *phase, int timeout_ms, bool every_service, pam_handle_t *pamh, int flags, int argc,
               const char **argv)
{
    int error = errno;
    int result = PAM_IGNORE;
    struct visit visit;
    if (visit_begin(&visit, pamh, flags, argc, argv, every_service)) {
        struct wire *wire = wire_new(visit.options.timeout_ms > 0 ? visit.options.timeout_ms : timeout_ms);
        result = wire == NULL ? stand_aside(&visit, wire) : phase(&visit, wire);
        wire_free(wire);
    }
    errno = error;
    return result;
}

EXPORTED int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    return run(open_session, LOGIN_TIMEOUT_MS, false, pamh, flags, argc, argv);
}

EXPORTED int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    return run(close_session, LOGIN_TIMEOUT_MS, false, pamh, flags, argc, argv);
}

EXPORTED int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)run(authenticate, LOGIN_TIMEOUT_MS, false, pamh, flags, argc, argv);
    return PAM_IGNORE;
}

/* PAM wants one beside pam_sm_authenticate. Keys come with the session. */
EXPORTED int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    (void)pamh;
    (void)flags;
    (void)argc;
    (void)argv;
    return PAM_IGNORE;
}

/* Passwords are changed by passwd, chpasswd and others that are no logins, so every service counts. */
EXPORTED int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
    if ((flags & PAM_UPDATE_AUTHTOK) == 0)
        return PAM_IGNORE;
    return run(change_authtok, PASSWORD_TIMEOUT_MS, true, pamh, flags, argc, argv);
}
