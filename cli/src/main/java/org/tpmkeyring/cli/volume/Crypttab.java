// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of /etc/crypttab (crypttab(5)): a volume a line, with name, device, key file and options, separated by
 * white space. Lines that are not asked about stay as they are, byte for byte; so the text is one character a byte.
 *
 * @param text ISO 8859-1
 */
public record Crypttab(String text) {
    /** As sscanf(3) tells fields apart in systemd's generator of units. */
    private static final Pattern FIELD = Pattern.compile("[^ \\t\\r\\f\\x0b]+");

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

    /** The first line about a volume, byte for byte, without its line break. */
    public Optional<String> line(String name) {
        return lines().stream()
                .map(Crypttab::contents)
                .filter(line -> isAbout(line, name))
                .findFirst();
    }

    /**
     * The same with these fields in the first line about this volume, or with a line at the end. What stands between
     * the fields and after them stays, and so do further lines about the volume, which systemd takes no notice of.
     */
    public Crypttab with(Entry wanted) {
        Optional<String> there = line(wanted.name());
        if (there.isPresent()) {
            return replaced(there.get(), edited(there.get(), wanted));
        }
        StringBuilder changed = new StringBuilder(text);
        return new Crypttab(endLine(changed).append(wanted.line()).append('\n').toString());
    }

    /**
     * The same with another text in the place of the first line that is this one, byte for byte; where there is no such
     * line it stays as it is.
     *
     * @param by empty to take the line away
     */
    public Crypttab replaced(String line, String by) {
        StringBuilder changed = new StringBuilder();
        boolean found = false;
        for (String candidate : lines()) {
            if (found || !contents(candidate).equals(line)) {
                changed.append(candidate);
                continue;
            }
            found = true;
            if (!by.isEmpty()) {
                changed.append(by).append(candidate, line.length(), candidate.length());
            }
        }
        return new Crypttab(changed.toString());
    }

    /** A line with other fields, of which it may have fewer. */
    static String edited(String line, Entry wanted) {
        List<String> values = List.of(wanted.name(), wanted.device(), wanted.keyFile(), wanted.options());
        Matcher field = FIELD.matcher(line);
        StringBuilder edited = new StringBuilder();
        int rest = 0;
        int number = NAME;
        while (number <= OPTIONS && field.find()) {
            edited.append(line.substring(rest, field.start())).append(values.get(number));
            rest = field.end();
            number++;
        }
        for (; number <= OPTIONS && !values.get(number).isEmpty(); number++) {
            edited.append(' ').append(values.get(number));
        }
        return edited.append(line.substring(rest)).toString();
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

    private static String contents(String line) {
        return line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
    }

    private static boolean isAbout(String line, String name) {
        return parse(line).filter(entry -> entry.name().equals(name)).isPresent();
    }

    private static Optional<Entry> parse(String line) {
        List<String> fields =
                FIELD.matcher(contents(line)).results().map(MatchResult::group).toList();
        if (fields.size() <= DEVICE || fields.get(NAME).startsWith("#")) {
            return Optional.empty();
        }
        return Optional.of(new Entry(
                fields.get(NAME),
                fields.get(DEVICE),
                fields.size() > KEY_FILE ? fields.get(KEY_FILE) : "",
                fields.size() > OPTIONS ? fields.get(OPTIONS) : ""));
    }
}
