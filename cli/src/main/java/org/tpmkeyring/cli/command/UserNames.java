// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Names for uids, of the local users (passwd(5)); everybody else stays a number. */
final class UserNames {
    private static final int UID_FIELD = 2;

    private final Map<String, String> names = new HashMap<>();

    UserNames(Path root) {
        try {
            for (String line : Files.readAllLines(root.resolve("etc/passwd"), StandardCharsets.ISO_8859_1)) {
                String[] fields = line.split(":", -1);
                if (fields.length > UID_FIELD) {
                    names.putIfAbsent(fields[UID_FIELD], fields[0]);
                }
            }
        } catch (IOException unreadable) {
            names.clear();
        }
    }

    String of(long uid) {
        String number = Long.toString(uid);
        return names.getOrDefault(number, number);
    }
}
