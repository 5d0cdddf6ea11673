// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.doctor;

import java.util.List;
import java.util.Optional;

/**
 * How much of the kernel's key quota is used (keyrings(7), {@code /proc/key-users}). Delivered keys are
 * charged to root; a user's own line matters to what he adds himself.
 */
public final class QuotaCheck {
    private static final String NAME = "key-quota";
    private static final int FULL_PERCENT = 90;

    private QuotaCheck() {}

    /**
     * @param uids whose quota is looked at
     */
    public static void run(Machine machine, List<Long> uids, Findings findings) {
        Optional<String> users = machine.read("proc/key-users");
        if (users.isEmpty()) {
            return;
        }
        for (String line : users.get().split("\n", -1)) {
            String[] fields = line.strip().split("[:\\s]+", -1);
            if (fields.length == 5 && uids.contains(number(fields[0]))) {
                quota("uid " + fields[0], fields[3].split("/", -1), fields[4].split("/", -1), fields[0], findings);
            }
        }
    }

    private static void quota(String who, String[] keys, String[] bytes, String uid, Findings findings) {
        if (keys.length != 2 || bytes.length != 2) {
            return;
        }
        String use =
                who + " uses " + keys[0] + " of " + keys[1] + " keys and " + bytes[0] + " of " + bytes[1] + " bytes";
        if (full(keys) || full(bytes)) {
            String prefix = "0".equals(uid) ? "root_" : "";
            findings.warning(
                    NAME,
                    use,
                    "sysctl kernel.keys." + prefix + "maxkeys=" + 2 * number(keys[1]) + " kernel.keys." + prefix
                            + "maxbytes=" + 2 * number(bytes[1]));
        } else {
            findings.ok(NAME, use);
        }
    }

    private static boolean full(String[] useAndLimit) {
        return number(useAndLimit[0]) * 100 >= number(useAndLimit[1]) * FULL_PERCENT;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
