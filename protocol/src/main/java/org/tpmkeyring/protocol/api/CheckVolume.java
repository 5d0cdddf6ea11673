// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/** Compares a volume's identity with the one that its key was made for. Only after that, and for two minutes, is the key handed out at the cryptsetup socket. Another identity raises an alarm. */
public final class CheckVolume {
    public static final Method<Request, Reply> METHOD = new Method<>("CheckVolume", Request.class, Reply.class, false);

    private CheckVolume() {}

    /**
     * Parameters.
     *
     * @param volume name of a luks key of root
     * @param identity of the volume at hand, hex
     */
    public record Request(String volume, String identity) implements org.tpmkeyring.protocol.api.Request {
        @Override
        public boolean machineOnly() {
            return true;
        }

        @Override
        public boolean repeatable() {
            return true;
        }
    }

    /**
     * Answer.
     *
     * @param key the volume's key
     */
    public record Reply(KeyInfo key) {}
}
