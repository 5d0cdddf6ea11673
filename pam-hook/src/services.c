/* SPDX-License-Identifier: Apache-2.0 */
#include "services.h"

#include <stddef.h>
#include <string.h>

static const char logins[] =
    "login,remote,sshd,gdm-password,gdm-fingerprint,gdm-smartcard,gdm-autologin,lightdm,lightdm-autologin,"
    "lightdm-greeter,sddm,sddm-autologin,sddm-greeter,lxdm,xdm,wdm,slim,nodm,greetd,ly,xrdp-sesman,cockpit,"
    "systemd-user";
static const char sudo[] = "sudo,sudo-i";
static const char others[] = "su,su-l,runuser,runuser-l";

bool services_are_names(const char *list)
{
    for (;;) {
        list += *list == '+';
        size_t length = strspn(list, SERVICE_NAME_CHARACTERS);
        if (length == 0)
            return false;
        list += length;
        if (*list == '\0')
            return true;
        if (*list++ != ',')
            return false;
    }
}

/* Whether a name is in a list, with or without a '+'; and whether some name of the list has none. */
static bool listed(const char *list, const char *name, bool *replaces)
{
    size_t length = strlen(name);
    bool found = false;
    for (;;) {
        *replaces |= *list != '+';
        list += *list == '+';
        size_t here = strcspn(list, ",");
        found |= here == length && strncmp(list, name, length) == 0;
        if (list[here] == '\0')
            return found;
        list += here + 1;
    }
}

static bool belongs_to(const char *list, const char *name)
{
    bool replaces = false;
    return listed(list, name, &replaces);
}

bool services_have(const char *list, const char *service)
{
    bool replaces = false;
    if (list != NULL && listed(list, service, &replaces))
        return true;
    return !replaces && belongs_to(logins, service);
}

bool services_is_sudo(const char *service)
{
    return belongs_to(sudo, service);
}

bool services_changes_user(const char *service)
{
    return services_is_sudo(service) || belongs_to(others, service);
}
