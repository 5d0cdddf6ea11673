/* SPDX-License-Identifier: Apache-2.0 */
/* Which PAM services are logins of a person. */
#ifndef SERVICES_H
#define SERVICES_H

#include <stdbool.h>

#define SERVICE_NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-"

/* Whether a list is made of names with commas between them, each perhaps with a '+' in front. */
bool services_are_names(const char *list);

/*
 * Whether a service is one of the list. Without a list (null), or with one that has nothing but names with a
 * '+', those that come with the module belong to it.
 */
bool services_have(const char *list, const char *service);

/* Whether it is su, sudo or the like, by which root becomes anybody without having logged in as him. */
bool services_changes_user(const char *service);

/* Whether it is sudo, which is root in every respect by the time it comes to PAM. */
bool services_is_sudo(const char *service);

#endif
