// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

import java.util.List;
import java.util.Optional;

/**
 * Compares a directory or file system with the key it is to be mounted with. Another identity raises an alarm. For
 * fscrypt the daemon asks the kernel; for eCryptfs and bcachefs, which can be read by root without it, it is told.
 */
public final class CheckDirectory {
    public static final Method<Request, Reply> METHOD =
            new Method<>("CheckDirectory", Request.class, Reply.class, false);

    /** In the place of an identifier: there is something, and it is not encrypted. */
    public static final String NOT_ENCRYPTED = "none";

    private CheckDirectory() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param name key name
     * @param directory absolute path of the directory or device
     * @param found what it is encrypted with, as identifiers of keys; {@value #NOT_ENCRYPTED} for what is not; empty for fscrypt
     */
    public record Request(Optional<Long> owner, String name, String directory, List<String> found)
            implements org.tpmkeyring.protocol.api.Request {
        @Override
        public boolean repeatable() {
            return true;
        }
    }

    /**
     * Answer.
     *
     * @param identifiers those of the key that it is encrypted with
     * @param looked device and inode of the directory that the kernel was asked about, as {@code stat -c %d:%i}
     *     prints them; empty where the daemon was told
     */
    public record Reply(List<String> identifiers, Optional<String> looked) {}
}
