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

    private CheckDirectory() {}

    /**
     * Parameters.
     *
     * @param owner see package comment
     * @param name key name
     * @param directory absolute path of the directory or device
     * @param found what it is encrypted with, as identifiers of keys; empty for fscrypt
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
     */
    public record Reply(List<String> identifiers) {}
}
