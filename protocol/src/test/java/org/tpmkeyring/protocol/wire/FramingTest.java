// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Messages are cut at NULs, frames begin with their length. */
final class FramingTest {
    @Property
    void messagesComeOutAsTheyWentInHoweverTheStreamIsCut(
            @ForAll @Size(max = 5) List<byte[]> garbage, @ForAll @IntRange(min = 1, max = 700) int cut)
            throws MalformedMessageException {
        List<byte[]> messages = garbage.stream().map(FramingTest::withoutNul).toList();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (byte[] message : messages) {
            stream.writeBytes(message);
            stream.write(0);
        }
        MessageAssembler assembler = new MessageAssembler(1500);
        List<byte[]> found = new ArrayList<>();
        byte[] bytes = stream.toByteArray();
        for (int from = 0; from < bytes.length; from += cut) {
            ByteBuffer part = ByteBuffer.wrap(bytes, from, Math.min(cut, bytes.length - from));
            while (part.hasRemaining()) {
                assembler.take(part).ifPresent(found::add);
            }
        }
        assertThat(found.toArray(new byte[0][])).isDeepEqualTo(messages.toArray(new byte[0][]));
        assertThat(assembler.isUnderWay()).isFalse();
    }

    private static byte[] withoutNul(byte[] bytes) {
        byte[] copy = bytes.clone();
        for (int i = 0; i < copy.length; i++) {
            copy[i] = copy[i] == 0 ? (byte) ' ' : copy[i];
        }
        return copy;
    }

    @Test
    void theLongestMessageFitsAndOneByteMoreDoesNot() throws MalformedMessageException {
        MessageAssembler assembler = new MessageAssembler(Limits.MESSAGE_BYTES);
        ByteBuffer longest = ByteBuffer.allocateDirect(Limits.MESSAGE_BYTES + 1);
        for (int i = 0; i < Limits.MESSAGE_BYTES; i++) {
            longest.put(i, (byte) 'x');
        }
        assertThat(assembler.take(longest.duplicate()).orElseThrow()).hasSize(Limits.MESSAGE_BYTES);
        longest.put(Limits.MESSAGE_BYTES, (byte) 'x');
        assertThatThrownBy(() -> assembler.take(longest)).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void theLimitHoldsAcrossPartsToo() throws MalformedMessageException {
        MessageAssembler assembler = new MessageAssembler(10);
        assertThat(assembler.take(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6})))
                .isEmpty();
        assertThat(assembler.isUnderWay()).isTrue();
        assertThatThrownBy(() -> assembler.take(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 0})))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Property
    void aFrameLengthComesBack(@ForAll @IntRange(max = Limits.SECRET_BYTES) int length) throws Exception {
        ByteBuffer header = ByteBuffer.allocateDirect(SecretFrames.HEADER_BYTES);
        SecretFrames.putHeader(header, length);
        assertThat(SecretFrames.takeLength(header.flip())).isEqualTo(length);
    }

    @Test
    void theHeaderIsBigEndian() {
        ByteBuffer header = ByteBuffer.allocate(4);
        SecretFrames.putHeader(header, 0x0102);
        assertThat(header.array()).containsExactly(0, 0, 1, 2);
    }

    @Test
    void tooLongFramesAreRefusedWhateverTheirSign() {
        for (int announced : new int[] {Limits.SECRET_BYTES + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            ByteBuffer header = ByteBuffer.allocate(4).putInt(announced).flip();
            assertThatThrownBy(() -> SecretFrames.takeLength(header))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessageContaining(String.valueOf(Integer.toUnsignedLong(announced)));
        }
        assertThatThrownBy(() -> SecretFrames.putHeader(ByteBuffer.allocate(4), -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SecretFrames.putHeader(ByteBuffer.allocate(4), Limits.SECRET_BYTES + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
