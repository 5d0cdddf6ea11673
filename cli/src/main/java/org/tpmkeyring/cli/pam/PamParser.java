// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.pam;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the rules of a service and follows {@code include}, {@code substack} and {@code @include}. What includes itself is
 * followed once: Linux-PAM refuses such a service.
 */
public final class PamParser {
    /** PAM_SUBSTACK_MAX_LEVEL of libpam, which includes are bounded by, too. */
    private static final int DEEPEST = 16;

    /** More than anybody has; files that include two others each would be read without end. */
    private static final int MOST_RULES = 10_000;

    private static final PamControl SUBSTACK = PamControl.of("[default=ignore]");

    private final Function<String, Optional<PamFile>> files;
    private final PamType wanted;
    private final List<PamRule> rules = new ArrayList<>();

    private PamParser(Function<String, Optional<PamFile>> files, PamType wanted) {
        this.files = files;
        this.wanted = wanted;
    }

    /**
     * Reads a service.
     *
     * @param files finds a file by the name of a service or by its path; empty where it is not there or not readable
     * @return empty where the service has no file of its own
     */
    public static Optional<PamStack> parse(String service, PamType type, Function<String, Optional<PamFile>> files) {
        return files.apply(service).map(file -> {
            PamParser parser = new PamParser(files, type);
            parser.read(file, List.of(), 0);
            return new PamStack(service, type, parser.rules);
        });
    }

    private void read(PamFile file, List<PamPlace> above, int level) {
        String[] lines = file.text().split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            int first = i;
            StringBuilder line = new StringBuilder(withoutComment(lines[i]));
            while (line.length() > 0 && line.charAt(line.length() - 1) == '\\' && i + 1 < lines.length) {
                line.setCharAt(line.length() - 1, ' ');
                line.append(withoutComment(lines[++i]));
            }
            List<PamPlace> trail = new ArrayList<>(above);
            trail.add(new PamPlace(file.path(), first + 1));
            rule(words(line.toString()), trail, level);
        }
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).stripTrailing();
    }

    private void rule(List<String> words, List<PamPlace> trail, int level) {
        if (words.size() == 2 && words.get(0).equalsIgnoreCase("@include")) {
            include(words.get(1), trail, level);
            return;
        }
        if (words.size() < 3 || rules.size() >= MOST_RULES) {
            return;
        }
        String type = words.get(0).startsWith("-") ? words.get(0).substring(1) : words.get(0);
        if (!PamType.of(type).equals(Optional.of(wanted))) {
            return;
        }
        String control = words.get(1);
        if (control.equalsIgnoreCase("include")) {
            include(words.get(2), trail, level);
        } else if (control.equalsIgnoreCase("substack")) {
            rules.add(new PamRule(wanted, SUBSTACK, "", level, trail));
            include(words.get(2), trail, level + 1);
        } else {
            rules.add(new PamRule(wanted, PamControl.of(control), words.get(2), level, trail));
        }
    }

    private void include(String name, List<PamPlace> trail, int level) {
        Optional<PamFile> file = trail.size() > DEEPEST ? Optional.empty() : files.apply(name);
        if (file.isPresent()
                && trail.stream()
                        .noneMatch(place -> place.file().equals(file.get().path()))) {
            read(file.get(), trail, level);
        }
    }

    /** Words between blanks; what begins with a bracket goes on to its end. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < line.length()) {
            if (Character.isWhitespace(line.charAt(at))) {
                at++;
                continue;
            }
            int end = line.charAt(at) == '[' ? line.indexOf(']', at) + 1 : at;
            if (end <= at) {
                end = at;
                while (end < line.length() && !Character.isWhitespace(line.charAt(end))) {
                    end++;
                }
            }
            words.add(line.substring(at, end));
            at = end;
        }
        return words;
    }
}
