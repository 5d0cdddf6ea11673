/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a reply from its standard input and prints what the module understands, NAME=VALUE; exit 1: it is none. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "reply.h"

enum { LONGEST = 16384 };

static void print_text(const char *name, const char *text)
{
    if (text == NULL)
        return;
    printf("%s=", name);
    for (; *text != '\0'; text++)
        printf("%02x", (unsigned char)*text);
    putchar('\n');
}

int main(void)
{
    static const char *const texts[] = {"message", "hint", "lease", "want", "offer"};
    static const char *const numbers[] = {"maxBytes", "opened", "refused", "changed", "left"};
    static const char *const flags[] = {"kept", "released"};
    char *text = malloc(LONGEST + 2);
    struct reply reply;
    if (text == NULL)
        return 2;
    size_t length = fread(text, 1, LONGEST + 1, stdin);
    /* longer ones do not come to the reader: see wire.c */
    int status = length > LONGEST || !reply_read(text, length, &reply);
    if (status == 0) {
        print_text("error", reply.error);
        printf("continues=%d\n", reply.continues);
        for (int i = 0; i < REPLY_TEXTS; i++)
            print_text(texts[i], reply.texts[i]);
        for (int i = 0; i < REPLY_NUMBERS; i++)
            printf("%s=%" PRId64 "\n", numbers[i], reply.numbers[i]);
        for (int i = 0; i < REPLY_FLAGS; i++)
            printf("%s=%d\n", flags[i], reply.flags[i]);
    }
    free(text);
    return status;
}
