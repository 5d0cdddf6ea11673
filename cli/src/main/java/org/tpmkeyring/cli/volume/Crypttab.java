// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The text of /etc/crypttab (crypttab(5)): a volume a line, with name, device, key file and options, separated by
 * white space. Lines that are not asked about stay as they are, byte for byte; so the text is one character a byte.
 *
 * @param text ISO 8859-1
 */
public record Crypttab(String text) {
    private static final Pattern BLANKS = Pattern.compile("[ \\t\\r\\f\\x0b]+");
    private static final String TIMEOUT = "timeout=";
    private static final Pattern ENDLESS = Pattern.compile("|infinity|0+[a-z]*");
    private static final Set<String> HEADLESS = Set.of("headless", "headless=1", "headless=yes", "headless=true");
    private static final int NAME = 0;
    private static final int DEVICE = 1;
    private static final int KEY_FILE = 2;
    private static final int OPTIONS = 3;

    /**
     * A line about a volume.
     *
     * @param keyFile empty where there is none
     * @param options empty where there are none
     */
    public record Entry(String name, String device, String keyFile, String options) {
        /** The line as it would be written. */
        public String line() {
            return String.join(" ", name, device, keyFile, options);
        }

        /** Whether systemd-cryptsetup, once it asks for a passphrase, waits for it without end. */
        public boolean asksWithoutEnd() {
            boolean endless = true;
            for (String option : options.split(",", -1)) {
                if (HEADLESS.contains(option)) {
                    return false;
                }
                if (option.startsWith(TIMEOUT)) {
                    endless =
                            ENDLESS.matcher(option.substring(TIMEOUT.length())).matches();
                }
            }
            return endless;
        }
    }

    /** The lines about volumes, in their order. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        lines().forEach(line -> parse(line).ifPresent(entries::add));
        return entries;
    }

    /** The first line about a volume. */
    public Optional<Entry> find(String name) {
        return entries().stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /** The same with a line about this volume in the place of the one there is, or at the end. */
    public Crypttab with(Entry wanted) {
        StringBuilder changed = new StringBuilder();
        boolean written = false;
        for (String line : lines()) {
            boolean same = isAbout(line, wanted.name());
            if (same && !written) {
                changed.append(wanted.line()).append('\n');
            } else if (!same) {
                changed.append(line);
            }
            written |= same;
        }
        if (!written) {
            endLine(changed).append(wanted.line()).append('\n');
        }
        return new Crypttab(changed.toString());
    }

    /** The same without lines about this volume. */
    public Crypttab without(String name) {
        StringBuilder changed = new StringBuilder();
        lines().stream().filter(line -> !isAbout(line, name)).forEach(changed::append);
        return new Crypttab(changed.toString());
    }

    private static StringBuilder endLine(StringBuilder text) {
        return text.isEmpty() || text.charAt(text.length() - 1) == '\n' ? text : text.append('\n');
    }

    /** With their line breaks. */
    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end + 1;
            lines.add(text.substring(start, end));
            start = end;
        }
        return lines;
    }

    private static boolean isAbout(String line, String name) {
        return parse(line).filter(entry -> entry.name().equals(name)).isPresent();
    }

    private static Optional<Entry> parse(String line) {
        String trimmed = line.strip();
        if (trimmed.isEmpty() || trimmed.startsWith("#")) {
            return Optional.empty();
        }
        String[] fields = BLANKS.split(trimmed, 0);
        if (fields.length <= DEVICE) {
            return Optional.empty();
        }
        return Optional.of(new Entry(
                fields[NAME],
                fields[DEVICE],
                fields.length > KEY_FILE ? fields[KEY_FILE] : "",
                fields.length > OPTIONS ? fields[OPTIONS] : ""));
    }
}
