/* SPDX-License-Identifier: Apache-2.0 */
#include "visit.h"

#include <pwd.h>
#include <security/pam_ext.h>
#include <security/pam_modutil.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "services.h"

enum { LONGEST_SENTENCE_BYTES = 512 };

const char *visit_text(const struct visit *visit, int item)
{
    const void *text = NULL;
    return pam_get_item(visit->pamh, item, &text) == PAM_SUCCESS ? text : NULL;
}

/* su has the real uid of who calls it. sudo has none but root's, and tells who calls it by PAM_RUSER. */
static bool root_becomes_another(const struct visit *visit)
{
    if (!services_changes_user(visit->service) || getuid() != 0)
        return false;
    const char *caller = services_is_sudo(visit->service) ? visit_text(visit, PAM_RUSER) : NULL;
    if (caller == NULL || caller[0] == '\0')
        return true;
    const struct passwd *entry = pam_modutil_getpwnam(visit->pamh, caller);
    return entry == NULL || entry->pw_uid == 0;
}

static bool is_for_us(struct visit *visit, bool every_service)
{
    if (geteuid() != 0)
        return false;
    visit->service = visit_text(visit, PAM_SERVICE);
    if (visit->service == NULL)
        return false;
    return every_service || (services_have(visit->options.services, visit->service) && !root_becomes_another(visit));
}

bool visit_begin(struct visit *visit, pam_handle_t *pamh, int flags, int argc, const char **argv, bool every_service)
{
    *visit = (struct visit){.pamh = pamh, .flags = flags, .options = options_read(argc, argv)};
    if (!is_for_us(visit, every_service))
        return false;
    if (visit->options.bad != NULL)
        pam_syslog(pamh, LOG_WARNING, "option '%s' is not understood and left out, see pam_tpm_keyring(8)",
                   visit->options.bad);
    const char *user = visit_text(visit, PAM_USER);
    const struct passwd *entry = user == NULL ? NULL : pam_modutil_getpwnam(pamh, user);
    if (entry == NULL) {
        /* without the name: now and then people type their password there */
        pam_syslog(pamh, LOG_NOTICE, "nothing is done: the user is not known");
        return false;
    }
    visit->owner = entry->pw_uid;
    return true;
}

void visit_log_trouble(const struct visit *visit, const struct wire *wire)
{
    char words[LONGEST_SENTENCE_BYTES];
    const char *trouble = wire == NULL ? "there is no memory for a connection" : wire->trouble;
    bool has_errno = wire != NULL && wire->error != 0;
    pam_syslog(visit->pamh, LOG_WARNING, "%s: %s%s%s", visit->options.socket, trouble, has_errno ? ": " : "",
               has_errno ? strerror_r(wire->error, words, sizeof words) : "");
}

/* A copy that fits and that cannot move the cursor of a terminal or begin a line of the log. */
static void printable(const char *text, char copy[LONGEST_SENTENCE_BYTES])
{
    size_t length = 0;
    for (; *text != '\0' && length < LONGEST_SENTENCE_BYTES - 1; text++) {
        bool control = (unsigned char)*text < 0x20 || *text == 0x7f;
        /* U+0080 to U+009F, which are controls, too */
        if ((unsigned char)text[0] == 0xc2 && ((unsigned char)text[1] & 0xe0) == 0x80) {
            control = true;
            text++;
        }
        copy[length++] = control ? '?' : *text;
    }
    /* no half of a character at the end */
    if (((unsigned char)*text & 0xc0) == 0x80)
        while (length > 0 && ((unsigned char)copy[--length] & 0xc0) == 0x80)
            continue;
    copy[length] = '\0';
}

void visit_tell(const struct visit *visit, const char *message, const char *hint)
{
    const void *item = NULL;
    if (((unsigned)visit->flags & PAM_SILENT) != 0 || pam_get_item(visit->pamh, PAM_CONV, &item) != PAM_SUCCESS)
        return;
    /* libpam would log that there is none */
    const struct pam_conv *conversation = item;
    if (conversation == NULL || conversation->conv == NULL)
        return;
    (void)pam_info(visit->pamh, "tpm-keyring: %s%s%s", message, hint[0] == '\0' ? "" : "\nhint: ", hint);
}

void visit_tell_reply(const struct visit *visit, const struct reply *reply)
{
    const char *sentence = reply->texts[REPLY_MESSAGE] != NULL ? reply->texts[REPLY_MESSAGE] : reply->error;
    if (sentence == NULL)
        return;
    char message[LONGEST_SENTENCE_BYTES];
    char hint[LONGEST_SENTENCE_BYTES] = "";
    printable(sentence, message);
    if (reply->texts[REPLY_HINT] != NULL)
        printable(reply->texts[REPLY_HINT], hint);
    bool hinted = hint[0] != '\0';
    pam_syslog(visit->pamh, LOG_WARNING, "%s%s%s%s", message, hinted ? " (hint: " : "", hint, hinted ? ")" : "");
    visit_tell(visit, message, hint);
}

void visit_debug(const struct visit *visit, const char *format, ...)
{
    if (!visit->options.debug)
        return;
    va_list arguments;
    va_start(arguments, format);
    pam_vsyslog(visit->pamh, LOG_DEBUG, format, arguments);
    va_end(arguments);
}
