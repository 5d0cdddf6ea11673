// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tpmkeyring.server.binding.SocketCalls;

/**
 * Reads from the address of a peer which volume it is about. systemd-cryptsetup binds its socket to the abstract
 * address {@code RANDOM/cryptsetup/VOLUME}, RANDOM in hex, before it connects to a key file that is a socket
 * (crypttab(5), "AF_UNIX KEY FILES"; make_bindname in src/cryptsetup/cryptsetup.c).
 */
final class VolumeAddress {
    /** struct sockaddr_un of unix(7): the family and 108 bytes. */
    private static final int ADDRESS_BYTES = 110;

    private static final int FAMILY_BYTES = 2;
    private static final Pattern ABSTRACT =
            Pattern.compile("\0[0-9a-f]{1,16}/cryptsetup/([A-Za-z0-9][A-Za-z0-9._-]{0,63})");

    private VolumeAddress() {}

    /**
     * @param socket a connected socket of AF_UNIX
     * @return empty when the peer has no such address, or when a key could not have the volume's name
     */
    static Optional<String> of(int socket) throws IOException {
        byte[] address = new byte[ADDRESS_BYTES];
        int[] length = {ADDRESS_BYTES};
        int result = SocketCalls.peerName(socket, address, length);
        if (result < 0) {
            throw new IOException("getpeername: error " + -result);
        }
        return parse(Arrays.copyOf(address, Math.min(length[0], ADDRESS_BYTES)));
    }

    /** The same of {@code struct sockaddr_un}. */
    static Optional<String> parse(byte... address) {
        if (address.length <= FAMILY_BYTES) {
            return Optional.empty();
        }
        String path = new String(address, FAMILY_BYTES, address.length - FAMILY_BYTES, StandardCharsets.ISO_8859_1);
        Matcher matched = ABSTRACT.matcher(path);
        return matched.matches() ? Optional.of(matched.group(1)) : Optional.empty();
    }
}
