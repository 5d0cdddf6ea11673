// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Volume;

class WithdrawalTest {
    private static final Optional<String> NOTHING = Optional.empty();

    @TempDir
    Path directory;

    private Withdrawal of(FakeVolume volume, Optional<String> untriable) throws IOException {
        return Withdrawal.of(volume.work(directory), "data", volume.opens(), untriable);
    }

    private KeyringException refused(FakeVolume volume, Volume opens, Optional<String> untriable) {
        return Assertions.catchThrowableOfType(
                KeyringException.class, () -> Withdrawal.of(volume.work(directory), "data", opens, untriable));
    }

    private static void assertUnknown(KeyringException refusal, String reason) {
        assertThat(refusal.kind()).isEqualTo(ErrorKind.KEYSLOT_UNKNOWN);
        assertThat(refusal.sentence())
                .startsWith("the key of volume 'data' is kept")
                .contains(reason);
        assertThat(refusal.hint()).endsWith("tpm-keyring remove data --leave-volume");
    }

    @Test
    void aKeyslotBesideThatOfTheKeyIsEnough() throws Exception {
        assertThat(of(new FakeVolume(directory, 0, 3).opened("3"), NOTHING).slots())
                .containsExactly(3);
    }

    @Test
    void theOnlyKeyslotIsRefusedWithCommandsThatCanBeTyped() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 3).opened("3");
        KeyringException refusal = refused(volume, volume.opens(), NOTHING);
        assertThat(refusal.kind()).isEqualTo(ErrorKind.LAST_KEYSLOT);
        assertThat(refusal.hint())
                .isEqualTo("tpm-keyring show data --secret, and with that passphrase: sudo cryptsetup luksAddKey "
                        + volume.image());
    }

    @Test
    void aSecondKeyslotWithTheSamePassphraseIsNoOtherOne() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 1, 2).opened("1|2");
        assertThat(refused(volume, volume.opens(), NOTHING).kind()).isEqualTo(ErrorKind.LAST_KEYSLOT);
    }

    @Test
    void whereTheKeyCannotBeHadItIsKept() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 0, 1).opened("1");
        KeyringException refusal = refused(volume, volume.opens(), Optional.of("the vault is shut"));
        assertUnknown(refusal, "cannot be tried, since the vault is shut");
        assertThat(refusal.hint()).startsWith("the same command with --unlock-key-file FILE");
    }

    @Test
    void whereNoKeyslotCanBeTriedTheKeyIsKept() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 0, 1).tried("echo 'out of memory' >&2; exit 3");
        assertUnknown(refused(volume, volume.opens(), NOTHING), "out of memory");
        volume.tried("case $9 in 1) exit 0 ;; esac; exit 3");
        assertThat(of(volume, NOTHING).slots()).containsExactly(1);
    }

    @Test
    void aKeyThatOpensNothingIsKeptWhereOneKeyslotIsLeft() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 0);
        assertUnknown(refused(volume, volume.opens(), NOTHING), "it opens no keyslot of");
    }

    @Test
    void aKeyThatOpensNoneOfSeveralKeyslotsMayGo() throws Exception {
        assertThat(of(new FakeVolume(directory, 0, 1), NOTHING).slots()).isEmpty();
    }

    @Test
    void aVolumeThatIsNotThereOrIsAnotherOneKeepsItsKey() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 0, 1).opened("1");
        Volume opens = volume.opens();
        Volume another = new Volume(opens.device(), opens.uuid(), Optional.of("ab".repeat(32)));
        assertUnknown(refused(volume, another, NOTHING), "has another identity");
        assertUnknown(
                refused(volume, new Volume(opens.device(), opens.uuid(), Optional.empty()), NOTHING),
                "has another identity");
        Files.writeString(volume.image(), "no header");
        assertUnknown(refused(volume, opens, NOTHING), "no LUKS header");
        Files.delete(volume.image());
        assertUnknown(refused(volume, opens, NOTHING), "is not there");
    }
}
