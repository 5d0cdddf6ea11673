// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mounttab;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The fourth field.
 *
 * @param key name of the key
 * @param timeoutSeconds how long mounting may take
 * @param noauto whether it is left out where nobody names it
 * @param passed what goes to mount(8), in order
 */
record MountOptions(String key, int timeoutSeconds, boolean noauto, List<String> passed) {
    private static final int DEFAULT_TIMEOUT_SECONDS = 60;
    private static final int LONGEST_TIMEOUT_SECONDS = 86_400;

    private static final String KEY = "key=";
    private static final String TIMEOUT = "timeout=";

    /** Words of fstab(5) that mean nothing here, or something to systemd alone. */
    private static final Set<String> WITHOUT_MEANING = Set.of("", "auto", "nofail", "defaults", "_netdev");

    /** Ours between the generator and mount.tpm-keyring, of mount(8) itself, or read by systemd in fstab only. */
    private static final Pattern NOT_HERE =
            Pattern.compile("(type=|X-|x-systemd\\.|loop=).*|bind|rbind|move|remount|loop");

    private static final Pattern KEY_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,4}");

    MountOptions {
        passed = List.copyOf(passed);
    }

    static MountOptions parse(String text) throws TableException {
        if (text.chars().anyMatch(c -> c == '"' || c == '\\' || TableField.isControl((char) c))) {
            throw new TableException("it cannot hold quotes, backslashes or control characters");
        }
        String key = "";
        int timeout = DEFAULT_TIMEOUT_SECONDS;
        boolean noauto = false;
        List<String> passed = new ArrayList<>();
        for (String option : text.split(",", -1)) {
            if (NOT_HERE.matcher(option).matches()) {
                throw new TableException("option '" + option.split("=", 2)[0] + "' cannot be used in this table");
            } else if (option.startsWith(KEY)) {
                key = key(key, option.substring(KEY.length()));
            } else if (option.startsWith(TIMEOUT)) {
                timeout = timeout(option.substring(TIMEOUT.length()));
            } else if (option.equals("noauto")) {
                noauto = true;
            } else if (!WITHOUT_MEANING.contains(option)) {
                passed.add(option);
            }
        }
        if (key.isEmpty()) {
            throw new TableException("there is no key=NAME");
        }
        return new MountOptions(key, timeout, noauto, passed);
    }

    private static String key(String before, String name) throws TableException {
        if (!before.isEmpty()) {
            throw new TableException("key= is given twice");
        }
        if (!KEY_NAME.matcher(name).matches()) {
            throw new TableException("'" + name + "' is no name of a key");
        }
        return name;
    }

    /** Reads a number of seconds. */
    static int timeout(String text) throws TableException {
        int seconds = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (seconds < 1 || seconds > LONGEST_TIMEOUT_SECONDS) {
            throw new TableException("timeout= is not a number of seconds from 1 to " + LONGEST_TIMEOUT_SECONDS);
        }
        return seconds;
    }
}
