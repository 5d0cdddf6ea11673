/* SPDX-License-Identifier: Apache-2.0 */
/* A module that stands before and after ours in a stack: sets errno with the word "set", and else tells that it changed. */
#include <errno.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <string.h>
#include <syslog.h>

static int probe(pam_handle_t *pamh, int argc, const char **argv)
{
    if (argc > 0 && strcmp(argv[0], "set") == 0)
        errno = ENOTTY;
    else if (errno != ENOTTY)
        pam_syslog(pamh, LOG_ERR, "errno is another one: %m");
    return PAM_IGNORE;
}

#define PHASE(name)                                                                                \
    __attribute__((visibility("default"))) int name(pam_handle_t *pamh, int flags, int argc, const char **argv) \
    {                                                                                              \
        (void)flags;                                                                               \
        return probe(pamh, argc, argv);                                                            \
    }

PHASE(pam_sm_authenticate)
PHASE(pam_sm_setcred)
PHASE(pam_sm_open_session)
PHASE(pam_sm_close_session)
PHASE(pam_sm_chauthtok)
