// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Puts messages together from a stream of bytes: everything up to a NUL is one message. Holds no more than
 * the limit, whatever arrives. Not for use by two threads.
 */
public final class MessageAssembler {
    private static final int FIRST_CAPACITY_BYTES = 512;

    private final int limitBytes;
    private byte[] collected = new byte[0];
    private int length;

    /**
     * @param limitBytes longest message without its NUL
     */
    public MessageAssembler(int limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Takes bytes out of {@code received} up to and with the first NUL. What follows the NUL stays there.
     *
     * @return the message without its NUL; empty when more has to arrive
     * @throws MalformedMessageException when the message is longer than the limit
     */
    public Optional<byte[]> take(ByteBuffer received) throws MalformedMessageException {
        int part = lengthToNul(received);
        if (part > limitBytes - length) {
            throw new MalformedMessageException("", "it is longer than " + limitBytes + " bytes");
        }
        makeRoom(part);
        received.get(collected, length, part);
        length += part;
        if (!received.hasRemaining()) {
            return Optional.empty();
        }
        received.get();
        byte[] message = Arrays.copyOf(collected, length);
        collected = new byte[0];
        length = 0;
        return Optional.of(message);
    }

    /** Whether a message has begun and not ended. */
    public boolean isUnderWay() {
        return length > 0;
    }

    private static int lengthToNul(ByteBuffer received) {
        for (int i = received.position(); i < received.limit(); i++) {
            if (received.get(i) == 0) {
                return i - received.position();
            }
        }
        return received.remaining();
    }

    private void makeRoom(int part) {
        int needed = length + part;
        if (needed > collected.length) {
            int doubled = Math.max(FIRST_CAPACITY_BYTES, 2 * collected.length);
            collected = Arrays.copyOf(collected, Math.min(limitBytes, Math.max(needed, doubled)));
        }
    }
}
