// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;

/**
 * A refusal or failure that the person at the other end is told about. It carries a kind and named
 * fields; {@link #sentence()} and {@link #hint()} are made from the table in {@link ErrorKind}.
 *
 * <p>Fields are names, numbers, paths and digests, never secrets: they travel to the client and into
 * the log. Line breaks and control characters in a field are shown escaped, so that a message stays one
 * line whatever a caller typed.
 */
public final class KeyringException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int ESCAPED_CATEGORIES = 1 << Character.CONTROL
            | 1 << Character.FORMAT
            | 1 << Character.SURROGATE
            | 1 << Character.PRIVATE_USE
            | 1 << Character.UNASSIGNED
            | 1 << Character.LINE_SEPARATOR
            | 1 << Character.PARAGRAPH_SEPARATOR;

    private final ErrorKind kind;
    private final transient Map<String, String> fields;

    private KeyringException(ErrorKind kind, Map<String, String> fields, Throwable cause) {
        super(kind.wireName(), cause);
        this.kind = Objects.requireNonNull(kind);
        this.fields = Map.copyOf(fields);
    }

    /** Starts a refusal; add the fields its templates name with {@link Builder#with}. */
    public static Builder of(ErrorKind kind) {
        return new Builder(kind);
    }

    public ErrorKind kind() {
        return kind;
    }

    /** The named values behind the sentence, without order. */
    public Map<String, String> fields() {
        return fields;
    }

    /** One line: what happened and to which name. */
    public String sentence() {
        return fill(kind.sentence());
    }

    /** The next command to type. A field may override the table's hint under the name {@code hint}. */
    public String hint() {
        return fields.containsKey("hint") ? escape(fields.get("hint")) : fill(kind.hint());
    }

    /** The same refusal with one more field, for a layer that knows a name its callee does not. */
    public KeyringException with(String field, Object value) {
        Map<String, String> more = new LinkedHashMap<>(fields);
        more.putIfAbsent(field, String.valueOf(value));
        return new KeyringException(kind, more, this);
    }

    @Override
    public String getMessage() {
        return sentence();
    }

    private String fill(String template) {
        Matcher matcher = ErrorKind.PLACEHOLDER.matcher(template);
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            String value = fields.getOrDefault(matcher.group(1), "");
            matcher.appendReplacement(text, Matcher.quoteReplacement(escape(value)));
        }
        return matcher.appendTail(text).toString().replaceAll(" {2,}", " ").strip();
    }

    private static String escape(String value) {
        StringBuilder safe = new StringBuilder(value.length());
        value.codePoints().forEach(c -> {
            if ((ESCAPED_CATEGORIES >> Character.getType(c) & 1) == 1) {
                safe.append(String.format("\\u%04x", c));
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }

    /** Collects the fields of a refusal. */
    public static final class Builder {
        private final ErrorKind kind;
        private final Map<String, String> fields = new LinkedHashMap<>();
        private Throwable cause;

        private Builder(ErrorKind kind) {
            this.kind = kind;
        }

        public Builder with(String field, Object value) {
            fields.put(field, String.valueOf(value));
            return this;
        }

        public Builder causedBy(Throwable why) {
            this.cause = why;
            return this;
        }

        public KeyringException build() {
            return new KeyringException(kind, fields, cause);
        }
    }
}
