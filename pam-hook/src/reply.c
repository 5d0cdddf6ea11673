/* SPDX-License-Identifier: Apache-2.0 */
#include "reply.h"

#include <string.h>

enum kind { NOTHING, TEXT, NUMBER, FLAG, NESTED };

struct value {
    enum kind kind; /* NOTHING for null */
    const char *text;
    int64_t number;
    bool flag;
};

/* A NUL ends the text, so one byte of look-ahead is always there. */
struct reader {
    char *at;
    struct reply *reply;
    unsigned seen; /* a bit for each member that was met and that we know */
    int depth;
};

typedef bool member_reader(struct reader *reader, const char *name);

static const char *const text_names[REPLY_TEXTS] = {"message", "hint", "lease", "want", "offer"};
static const char *const number_names[REPLY_NUMBERS] = {"maxBytes", "opened", "refused", "changed", "left"};
static const char *const flag_names[REPLY_FLAGS] = {"kept", "released"};

enum { SEEN_ERROR, SEEN_PARAMETERS, SEEN_CONTINUES, SEEN_TEXTS };
enum { SEEN_NUMBERS = SEEN_TEXTS + REPLY_TEXTS, SEEN_FLAGS = SEEN_NUMBERS + REPLY_NUMBERS };

static bool first_time(struct reader *reader, int member)
{
    unsigned bit = 1U << member;
    bool first = (reader->seen & bit) == 0;
    reader->seen |= bit;
    return first;
}

static int index_of(const char *name, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return -1;
}

static void skip_space(struct reader *reader)
{
    while (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\n' || *reader->at == '\r')
        reader->at++;
}

static bool take(struct reader *reader, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(reader->at, word, length) != 0)
        return false;
    reader->at += length;
    return true;
}

/* The length of a character in UTF-8: 1 to 4 bytes, 0 when it is none. Surrogates and overlong forms are none. */
static int utf8_length(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    if (byte[0] < 0x80)
        return 1;
    if (byte[0] < 0xc2 || byte[0] > 0xf4)
        return 0;
    int length = byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
    for (int i = 1; i < length; i++)
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xf0 && byte[1] < 0x90);
    bool beyond = (byte[0] == 0xed && byte[1] > 0x9f) || (byte[0] == 0xf4 && byte[1] > 0x8f);
    return overlong || beyond ? 0 : length;
}

static char *put_utf8(char *to, uint32_t character)
{
    if (character < 0x80) {
        *to++ = (char)character;
        return to;
    }
    int more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    static const unsigned first[] = {0, 0xc0, 0xe0, 0xf0};
    *to++ = (char)(unsigned char)(first[more] | character >> (6 * more));
    while (more-- > 0)
        *to++ = (char)(unsigned char)(0x80 | (character >> (6 * more) & 0x3f));
    return to;
}

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* Four hexadecimal digits; -1 when they are none. */
static int32_t take_hex(struct reader *reader)
{
    int32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        char digit = *reader->at++;
        if (is_digit(digit))
            unit = unit * 16 + (digit - '0');
        else if (digit >= 'a' && digit <= 'f')
            unit = unit * 16 + (digit - 'a' + 10);
        else if (digit >= 'A' && digit <= 'F')
            unit = unit * 16 + (digit - 'A' + 10);
        else
            return -1;
    }
    return unit;
}

/* What stands behind \u: one unit, or two that are a surrogate pair. 0, which no text may hold, when it is neither. */
static uint32_t take_unicode(struct reader *reader)
{
    int32_t unit = take_hex(reader);
    if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff))
        return 0;
    if (unit < 0xd800 || unit > 0xdbff)
        return (uint32_t)unit;
    if (!take(reader, "\\u"))
        return 0;
    int32_t low = take_hex(reader);
    if (low < 0xdc00 || low > 0xdfff)
        return 0;
    return 0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
}

/* The character that an escape stands for, 0 when it is none. */
static uint32_t take_escape(struct reader *reader)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char characters[] = "\"\\/\b\f\n\r\t";
    char letter = *reader->at++;
    if (letter == 'u')
        return take_unicode(reader);
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);
    return found == NULL ? 0 : (uint32_t)characters[found - letters];
}

/* Unescaped where it stands: no escape is shorter than what it stands for. */
static bool read_text(struct reader *reader, const char **text)
{
    if (!take(reader, "\""))
        return false;
    char *to = reader->at;
    *text = to;
    while (*reader->at != '"') {
        if (take(reader, "\\")) {
            uint32_t character = take_escape(reader);
            if (character == 0)
                return false;
            to = put_utf8(to, character);
            continue;
        }
        int length = utf8_length(reader->at);
        if (length == 0 || (unsigned char)*reader->at < 0x20)
            return false;
        memmove(to, reader->at, (size_t)length);
        to += length;
        reader->at += length;
    }
    reader->at++;
    *to = '\0';
    return true;
}

/* An integer; what a fraction or an exponent leaves behind is refused by whoever expects a comma or a bracket. */
static bool read_number(struct reader *reader, int64_t *number)
{
    bool negative = take(reader, "-");
    if (!is_digit(reader->at[0]) || (reader->at[0] == '0' && is_digit(reader->at[1])))
        return false;
    *number = 0;
    while (is_digit(*reader->at)) {
        int digit = *reader->at++ - '0';
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, negative ? -digit : digit, number))
            return false;
    }
    return true;
}

static bool read_value(struct reader *reader, struct value *value);

/* Members up to the closing brace. The reader of members takes the value. */
static bool read_object(struct reader *reader, member_reader *member)
{
    if (!take(reader, "{") || ++reader->depth > REPLY_NESTING)
        return false;
    skip_space(reader);
    if (*reader->at != '}') {
        do {
            const char *name;
            skip_space(reader);
            if (!read_text(reader, &name))
                return false;
            skip_space(reader);
            if (!take(reader, ":"))
                return false;
            skip_space(reader);
            if (!member(reader, name))
                return false;
            skip_space(reader);
        } while (take(reader, ","));
    }
    reader->depth--;
    return take(reader, "}");
}

static bool skip_member(struct reader *reader, const char *name)
{
    (void)name;
    struct value value;
    return read_value(reader, &value);
}

static bool skip_array(struct reader *reader)
{
    if (!take(reader, "[") || ++reader->depth > REPLY_NESTING)
        return false;
    skip_space(reader);
    if (*reader->at != ']') {
        do {
            struct value value;
            skip_space(reader);
            if (!read_value(reader, &value))
                return false;
            skip_space(reader);
        } while (take(reader, ","));
    }
    reader->depth--;
    return take(reader, "]");
}

static bool read_value(struct reader *reader, struct value *value)
{
    *value = (struct value){.kind = NOTHING};
    switch (*reader->at) {
        case '"':
            value->kind = TEXT;
            return read_text(reader, &value->text);
        case '{':
            value->kind = NESTED;
            return read_object(reader, skip_member);
        case '[':
            value->kind = NESTED;
            return skip_array(reader);
        case 'n':
            return take(reader, "null");
        case 't':
        case 'f':
            value->kind = FLAG;
            value->flag = *reader->at == 't';
            return take(reader, value->flag ? "true" : "false");
        default:
            value->kind = NUMBER;
            return read_number(reader, &value->number);
    }
}

/* A member of "parameters". */
static bool read_parameter(struct reader *reader, const char *name)
{
    struct value value;
    struct reply *reply = reader->reply;
    if (!read_value(reader, &value))
        return false;
    /* the names of the three lists are different */
    int i = index_of(name, text_names, REPLY_TEXTS);
    if (i >= 0) {
        reply->texts[i] = value.kind == TEXT ? value.text : NULL;
        return first_time(reader, SEEN_TEXTS + i);
    }
    i = index_of(name, number_names, REPLY_NUMBERS);
    if (i >= 0) {
        reply->numbers[i] = value.kind == NUMBER ? value.number : -1;
        return first_time(reader, SEEN_NUMBERS + i);
    }
    i = index_of(name, flag_names, REPLY_FLAGS);
    if (i >= 0) {
        reply->flags[i] = value.flag;
        return first_time(reader, SEEN_FLAGS + i);
    }
    return true;
}

/* A member of the message itself: each of them may be null, and none may be of another type. */
static bool read_member(struct reader *reader, const char *name)
{
    struct value value;
    if (strcmp(name, "parameters") == 0 && *reader->at == '{')
        return first_time(reader, SEEN_PARAMETERS) && read_object(reader, read_parameter);
    if (!read_value(reader, &value))
        return false;
    if (strcmp(name, "parameters") == 0)
        return first_time(reader, SEEN_PARAMETERS) && value.kind == NOTHING;
    if (strcmp(name, "error") == 0) {
        reader->reply->error = value.text;
        return first_time(reader, SEEN_ERROR) && (value.kind == TEXT || value.kind == NOTHING);
    }
    if (strcmp(name, "continues") == 0) {
        reader->reply->continues = value.flag;
        return first_time(reader, SEEN_CONTINUES) && (value.kind == FLAG || value.kind == NOTHING);
    }
    return false;
}

bool reply_read(char *text, size_t length, struct reply *reply)
{
    text[length] = '\0';
    *reply = (struct reply){.error = NULL};
    for (int i = 0; i < REPLY_NUMBERS; i++)
        reply->numbers[i] = -1;
    struct reader reader = {.at = text, .reply = reply};
    skip_space(&reader);
    if (!read_object(&reader, read_member))
        return false;
    skip_space(&reader);
    return reader.at == text + length;
}
