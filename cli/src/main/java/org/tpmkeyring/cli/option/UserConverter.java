// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import java.time.Duration;
import java.util.List;
import org.tpmkeyring.cli.program.Ended;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import picocli.CommandLine.ITypeConverter;

/** Reads a uid or the name of a user; names by id(1), which asks every source that the machine has. */
final class UserConverter implements ITypeConverter<Long> {
    /** The largest uid, less the one that means none (uid_t of sys/types.h, chown(2)). */
    private static final long LARGEST_UID = 0xffff_fffeL;

    /** A directory server may be slow to answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public Long convert(String text) {
        String digits = isNumber(text) ? text : uidOf(text);
        long uid = digits.length() > 10 ? Long.MAX_VALUE : Long.parseLong(digits);
        if (uid > LARGEST_UID) {
            throw bad("there is no uid " + digits);
        }
        return uid;
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static String uidOf(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw bad("there is no user '" + name + "'");
        }
        Ended id = new Programs(System.getenv())
                .ask(List.of("id", "-u", "--", name), PATIENCE)
                .orElseThrow(() -> bad("the user name '" + name + "' cannot be looked up, id(1) does not run"));
        String uid = id.out().strip();
        if (!id.succeeded() || !isNumber(uid)) {
            throw bad("there is no user '" + name + "'");
        }
        return uid;
    }

    private static KeyringException bad(String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", "--user")
                .with("reason", reason)
                .build();
    }
}
