// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.util.Optional;

/** Whether sshd asks PAM at all (sshd_config(5)): the first value that it reads is in force. */
final class SshdConfig {
    private static final String DIRECTORY = "/etc/ssh";
    private static final String FILE = DIRECTORY + "/sshd_config";
    private static final int DEEPEST = 16;

    private final Machine machine;

    SshdConfig(Machine machine) {
        this.machine = machine;
    }

    /**
     * A value and where it is set.
     *
     * @param place file and line
     */
    record Setting(String value, String place) {}

    boolean exists() {
        return machine.exists(FILE.substring(1));
    }

    /** Empty where nothing sets it, which means no. */
    Optional<Setting> usePam() {
        return read(FILE, 0);
    }

    /** UsePAM is for all connections, so nothing after a Match is looked at. */
    private Optional<Setting> read(String file, int depth) {
        String[] lines = machine.whole(file.substring(1)).orElse("").split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String[] words = lines[i].replace('"', ' ').strip().split("\\s*=\\s*|\\s+", -1);
            Optional<Setting> found = Optional.empty();
            if (words[0].equalsIgnoreCase("Match")) {
                return Optional.empty();
            } else if (words.length > 1 && words[0].equalsIgnoreCase("UsePAM")) {
                found = Optional.of(new Setting(words[1], file + " line " + (i + 1)));
            } else if (words[0].equalsIgnoreCase("Include") && depth < DEEPEST) {
                found = included(words, depth);
            }
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Setting> included(String[] words, int depth) {
        for (int i = 1; i < words.length; i++) {
            String pattern = words[i].startsWith("/") ? words[i] : DIRECTORY + "/" + words[i];
            int name = pattern.lastIndexOf('/') + 1;
            for (String file : machine.matching(pattern.substring(1, Math.max(1, name - 1)), pattern.substring(name))) {
                Optional<Setting> found = read("/" + file, depth + 1);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
