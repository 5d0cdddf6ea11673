/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include "services.h"

enum { MOST_TIMEOUT_MS = 10000 };

/* What stands behind the name, or null when the word has another one. */
static const char *value_of(const char *word, const char *name)
{
    size_t length = strlen(name);
    return strncmp(word, name, length) == 0 ? word + length : NULL;
}

/* 500, 500ms or 2s, up to ten seconds. */
static bool read_timeout(const char *text, int *milliseconds)
{
    int number = 0;
    const char *at = text;
    while (*at >= '0' && *at <= '9' && number <= MOST_TIMEOUT_MS)
        number = number * 10 + (*at++ - '0');
    if (at == text)
        return false;
    if (strcmp(at, "s") == 0 && number <= MOST_TIMEOUT_MS)
        number *= 1000;
    else if (*at != '\0' && strcmp(at, "ms") != 0)
        return false;
    if (number < 1 || number > MOST_TIMEOUT_MS)
        return false;
    *milliseconds = number;
    return true;
}

static bool read_socket(const char *text, const char **path)
{
    if (text[0] != '/' || strlen(text) >= sizeof((struct sockaddr_un *)NULL)->sun_path)
        return false;
    *path = text;
    return true;
}

static bool read_services(const char *text, const char **list)
{
    if (!services_are_names(text))
        return false;
    *list = text;
    return true;
}

static bool read_word(const char *word, struct options *options)
{
    const char *value;
    if ((value = value_of(word, "socket=")) != NULL)
        return read_socket(value, &options->socket);
    if ((value = value_of(word, "timeout=")) != NULL)
        return read_timeout(value, &options->timeout_ms);
    if ((value = value_of(word, "services=")) != NULL)
        return read_services(value, &options->services);
    if (strcmp(word, "debug") == 0)
        return options->debug = true;
    if (strcmp(word, "authtok") == 0)
        return options->authtok = true;
    return false;
}

struct options options_read(int argc, const char **argv)
{
    struct options options = {.socket = "/run/tpm-keyring/org.tpmkeyring"};
    for (int i = 0; i < argc; i++)
        if (!read_word(argv[i], &options) && options.bad == NULL)
            options.bad = argv[i];
    return options;
}
