// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Volume;

class WithdrawalTest {
    private static final Optional<Untriable> NOTHING = Optional.empty();
    private static final Optional<Untriable> SHUT = Optional.of(new Untriable("the vault is shut", "a key file"));

    @TempDir
    Path directory;

    private Withdrawal look(FakeVolume volume, String key, Volume opens, Optional<Untriable> untriable) {
        EnrolledVolume found =
                EnrolledVolume.of(volume.work(directory), key, opens, "tpm-keyring remove " + key + " --leave-volume");
        return untriable
                .map(why -> Withdrawal.believed(found, why))
                .orElseGet(() -> Withdrawal.tried(volume.work(directory).cryptsetup(), found));
    }

    /** Of keys that go together, while others stay. */
    private Withdrawals together(FakeVolume volume, Map<String, Volume> staying, String... keys) throws IOException {
        Volume opens = volume.opens();
        return new Withdrawals(
                Stream.of(keys).map(key -> look(volume, key, opens, NOTHING)).toList(), staying);
    }

    private Withdrawal of(FakeVolume volume, Optional<Untriable> untriable) throws IOException {
        return of(volume, volume.opens(), untriable);
    }

    private Withdrawal of(FakeVolume volume, Volume opens, Optional<Untriable> untriable) {
        Withdrawal found = look(volume, "data", opens, untriable);
        new Withdrawals(List.of(found), Map.of()).requireAnother();
        return found;
    }

    private KeyringException refused(FakeVolume volume, Volume opens, Optional<Untriable> untriable) {
        return refused(() -> of(volume, opens, untriable));
    }

    private static KeyringException refused(ThrowingCallable what) {
        return Assertions.catchThrowableOfType(KeyringException.class, what);
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
        KeyringException refusal = refused(volume, volume.opens(), SHUT);
        assertUnknown(refusal, "cannot be tried, since the vault is shut");
        assertThat(refusal.hint()).startsWith("a key file, or, to give the volume up: ");
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

    @Test
    void aTokenIsBelievedWhereTheKeyCannotBeHad() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 0, 1).token(1, "data");
        assertThat(of(volume, SHUT).slots()).containsExactly(1);
        volume.slots(1);
        assertThat(refused(volume, volume.opens(), SHUT).kind()).isEqualTo(ErrorKind.LAST_KEYSLOT);
    }

    @Test
    void aTokenIsNotBelievedAgainstTheKey() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 0, 1, 2).opened("2").token(0, "data");
        assertThat(of(volume, NOTHING).slots()).containsExactly(2);
    }

    @Test
    void keyslotsThatGoTogetherAreNoWayInForEachOther() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 1, 2).openedBy("a:1|b:2");
        assertNoOther(refused(together(volume, Map.of(), "a", "b")::requireAnother), "a");
        volume.token(1, "a").token(2, "b");
        assertNoOther(refused(together(volume, Map.of(), "a", "b")::requireAnother), "a");
        together(volume.slots(0, 1, 2), Map.of(), "a", "b").requireAnother();
    }

    private static void assertNoOther(KeyringException refusal, String key) {
        assertThat(refusal.kind()).isEqualTo(ErrorKind.KEYSLOT_UNKNOWN);
        assertThat(refusal.sentence()).contains("is of a key that goes with it or is lost");
        assertThat(refusal.hint())
                .startsWith("tpm-keyring show " + key + " --secret")
                .endsWith("tpm-keyring remove " + key + " --leave-volume");
    }

    @Test
    void aKeyThatOpensNothingDoesNotCountOneThatGoesToo() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 0, 2).openedBy("b:2");
        together(volume, Map.of(), "a").requireAnother();
        KeyringException refusal = refused(together(volume, Map.of(), "a", "b")::requireAnother);
        assertThat(refusal.sentence()).contains("only one, so that nothing shows who has a passphrase");
        assertThat(refusal.hint())
                .startsWith("keyctl session - cryptsetup open --test-passphrase --disable-external-tokens "
                        + volume.image() + ", and if a passphrase opens it: ");
    }

    @Test
    void aKeyOfAnotherVaultIsAnotherWayInWhileItIsThereAndForThisVolume() throws Exception {
        FakeVolume volume =
                new FakeVolume(directory, 1, 2).openedBy("a:1").token(1, "a").token(2, "b");
        together(volume, Map.of("b", volume.opens()), "a").requireAnother();
        assertNoOther(refused(together(volume, Map.of(), "a")::requireAnother), "a");
        Volume elsewhere = new Volume(Optional.empty(), Optional.empty(), Optional.of("ab".repeat(32)));
        assertNoOther(refused(together(volume, Map.of("b", elsewhere), "a")::requireAnother), "a");
    }

    @Test
    void whatAnEarlierKeyOfTheSameNameLeftIsNoOtherWayInAndKeepsItsToken() throws Exception {
        FakeVolume volume =
                new FakeVolume(directory, 1, 2).opened("2").token(1, "data").token(2, "data");
        assertNoOther(refused(volume, volume.opens(), NOTHING), "data");
        Withdrawals both = together(volume.slots(0, 1, 2), Map.of(), "data");
        both.requireAnother();
        both.carryOut(
                look(volume, "data", volume.opens(), NOTHING),
                volume.work(directory).cryptsetup());
        assertThat(volume.calls()).contains("token remove --token-id 1 ").doesNotContain("--token-id 0");
        assertThat(volume.calls())
                .contains("luksKillSlot " + volume.image() + " 2")
                .doesNotContain(" 1\n");
    }

    @Test
    void aVolumeThatChangedSinceItWasLookedAtIsNotTouched() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 0, 1).opened("1");
        Withdrawal found = look(volume, "data", volume.opens(), NOTHING);
        Withdrawals one = new Withdrawals(List.of(found), Map.of());
        Cryptsetup cryptsetup = volume.work(directory).cryptsetup();
        one.requireUnchanged(cryptsetup);

        volume.slots(1);
        assertUnknown(refused(() -> one.requireUnchanged(cryptsetup)), "have changed meanwhile");
        assertThat(refused(() -> one.carryOut(found, cryptsetup)).sentence()).contains("have changed meanwhile");
        volume.slots(0, 1).token(1, "data");
        assertUnknown(refused(() -> one.requireUnchanged(cryptsetup)), "is another volume since a moment ago");
        assertThat(refused(() -> one.carryOut(found, cryptsetup)).sentence()).contains("is another volume");
        Files.delete(volume.image());
        assertUnknown(refused(() -> one.requireUnchanged(cryptsetup)), "cannot be read");
        assertThat(volume.calls()).doesNotContain("luksKillSlot");
    }

    @Test
    void ofKeysThatGoTogetherTheSecondDoesNotMindWhatTheFirstTook() throws Exception {
        FakeVolume volume = new FakeVolume(directory, 0, 1, 2).openedBy("a:1|b:2");
        Withdrawal a = look(volume, "a", volume.opens(), NOTHING);
        Withdrawal b = look(volume, "b", volume.opens(), NOTHING);
        Withdrawals both = new Withdrawals(List.of(a, b), Map.of());
        Cryptsetup cryptsetup = volume.work(directory).cryptsetup();
        both.carryOut(a, cryptsetup);
        volume.slots(0, 2);
        both.carryOut(b, cryptsetup);
        assertThat(volume.calls())
                .contains("luksKillSlot " + volume.image() + " 1")
                .contains("luksKillSlot " + volume.image() + " 2");
    }
}
