// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.store.StoreException;
import org.tpmkeyring.store.StoredVault;

final class VaultFileFormatTest {
    /** Made with {@code printf} and {@code sha256sum}. */
    private static final String BY_HAND =
            "tpm-keyring-vault 1 7 2 96921979e526dcac0d7295144462a65432fedf7d013b6af35abcf74c623835cd\n{}";

    @Property
    void readsWhatItWrites(
            @ForAll @LongRange(min = 1, max = VaultFileFormat.MAX_GENERATION) long generation, @ForAll byte[] body)
            throws StoreException {
        byte[] file = VaultFileFormat.encode(generation, Bytes.copyOf(body));
        assertThat(VaultFileFormat.decode("f", file)).isEqualTo(new StoredVault(generation, Bytes.copyOf(body)));
        assertThat(VaultFileFormat.claimedGeneration(file)).hasValue(generation);
    }

    @Test
    void writesWhatIsWrittenByHand() throws StoreException {
        assertThat(new String(VaultFileFormat.encode(7, Bytes.copyOf("{}".getBytes(US_ASCII))), US_ASCII))
                .isEqualTo(BY_HAND);
        assertThat(VaultFileFormat.decode("f", BY_HAND.getBytes(US_ASCII)).generation())
                .isEqualTo(7);
    }

    /** Every bit of the file, the first line as well as the body. */
    @Property(tries = 5)
    void refusesEveryFlippedBit(
            @ForAll @LongRange(min = 1, max = VaultFileFormat.MAX_GENERATION) long generation,
            @ForAll @Size(min = 1, max = 100) byte[] body) {
        byte[] file = VaultFileFormat.encode(generation, Bytes.copyOf(body));
        for (int bit = 0; bit < 8 * file.length; bit++) {
            byte[] flipped = file.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            StoreException refused =
                    catchThrowableOfType(StoreException.class, () -> VaultFileFormat.decode("f", flipped));
            assertThat(refused)
                    .as("bit %d of byte %d", bit % 8, bit / 8)
                    .isInstanceOfAny(StoreException.Damaged.class, StoreException.TooNew.class);
        }
    }

    @Property(tries = 20)
    void refusesEveryTruncationAndEveryAddition(@ForAll @Size(max = 50) byte[] body, @ForAll byte more) {
        byte[] file = VaultFileFormat.encode(3, Bytes.copyOf(body));
        for (int length = 0; length < file.length; length++) {
            byte[] part = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> VaultFileFormat.decode("f", part)).isInstanceOf(StoreException.Damaged.class);
        }
        byte[] longer = Arrays.copyOf(file, file.length + 1);
        longer[file.length] = more;
        assertThatThrownBy(() -> VaultFileFormat.decode("f", longer)).isInstanceOf(StoreException.Damaged.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tpm-keyring-vault 2 7 2 anything\n{}",
                "tpm-keyring-vault 2\n",
                "tpm-keyring-vault 2 and then things nobody knows yet\n\0\0"
            })
    void tellsALaterVersionWhateverFollows(String file) {
        StoreException.TooNew refused = catchThrowableOfType(
                StoreException.TooNew.class, () -> VaultFileFormat.decode("f", file.getBytes(US_ASCII)));
        assertThat(refused.found()).isEqualTo(2);
        assertThat(refused.known()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "tpm-keyring-vault 0 7 2 00\n{}",
                "tpm-keyring-vault -2 7 2 00\n{}",
                "tpm-keyring-vault 99999999999999999999 7 2 00\n{}",
                "TPM-keyring-vault 1 7 2 96921979e526dcac0d7295144462a65432fedf7d013b6af35abcf74c623835cd\n{}",
                "tpm-keyring-vault 1 07 2 96921979e526dcac0d7295144462a65432fedf7d013b6af35abcf74c623835cd\n{}",
                "tpm-keyring-vault 1 7 02 96921979e526dcac0d7295144462a65432fedf7d013b6af35abcf74c623835cd\n{}",
                "tpm-keyring-vault 1 7 2 96921979E526DCAC0D7295144462A65432FEDF7D013B6AF35ABCF74C623835CD\n{}",
                "tpm-keyring-vault 1 7 2 96921979e526dcac0d7295144462a65432fedf7d013b6af35abcf74c623835cd\r\n{}",
                "tpm-keyring-vault 1 9999999999999999 2 96921979e526dcac0d7295144462a65432fedf7d013b6af35abcf74c623835cd\n{}"
            })
    void refusesEverythingElse(String file) {
        assertThatThrownBy(() -> VaultFileFormat.decode("f", file.getBytes(US_ASCII)))
                .isInstanceOf(StoreException.Damaged.class);
    }
}
