// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.kernel.KernelKeyType;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.value.KeyState;

final class LockAndRemoveTest extends WorldTest {
    private VaultOutcome lock() {
        return world.call(Lock.METHOD, Orders.lock()).vaults().get(0);
    }

    private String addFscrypt(String name) {
        world.fscrypt.mount(Path.of("/srv/data"));
        world.add(Orders.key(name).at("/srv/data"));
        return world.call(ShowKey.METHOD, Orders.showKey(name))
                .key()
                .identifiers()
                .get(0);
    }

    @Test
    void lockingTakesEveryKeyAwayWithoutTheTpm() {
        world.add("a", "b");
        world.keyrings.unlink(0, KernelKeyType.USER, "b");
        world.tpm.unavailable("gone");

        VaultOutcome outcome = lock();

        assertThat(outcome.keys()).extracting(KeyOutcome::result).containsExactly(KeyResult.REMOVED, KeyResult.ABSENT);
        assertThat(outcome.protector()).isEmpty();
        assertThat(world.keyrings.count(0)).isZero();
    }

    @Test
    void lockingLeavesAKeyThatIsNotOurs() {
        world.add("a");
        world.keyrings.change(0, KernelKeyType.USER, "a", KeyState.REPLACED);

        assertThat(lock().keys()).extracting(KeyOutcome::result).containsExactly(KeyResult.ABSENT);
        assertThat(world.keyrings.count(0)).isEqualTo(1);
    }

    @Test
    void lockingTellsWhichFilesKeepAnFscryptKeyBusy() {
        String identifier = addFscrypt("photos");
        world.fscrypt.keepBusy(Bytes.ofHex(identifier));

        assertThat(lock().keys()).singleElement().satisfies(key -> {
            assertThat(key.result()).isEqualTo(KeyResult.BUSY);
            assertThat(key.reason())
                    .hasValueSatisfying(reason -> assertThat(reason).contains("less (pid 1)"));
            assertThat(key.hint()).contains("tpm-keyring lock default");
        });
    }

    @Test
    void removingABusyFscryptKeyDoesNotProposeToLockWhatIsNoLongerThere() {
        world.fscrypt.keepBusy(Bytes.ofHex(addFscrypt("photos")));

        KeyOutcome removal =
                world.call(RemoveKey.METHOD, Orders.removeKey("photos")).removal();

        assertThat(removal.result()).isEqualTo(KeyResult.BUSY);
        assertThat(removal.hint()).contains("fuser -vm /srv/data");
    }

    @Test
    void lockingAllGoesPastADamagedVault() {
        world.add(Orders.key("a").in("one"));
        world.add(Orders.key("b").in("two"));
        world.damage("one");

        assertThat(world.call(Lock.METHOD, Orders.lockAll()).vaults())
                .extracting(outcome -> outcome.error().isPresent())
                .containsExactly(false, true);
        assertThat(world.states()).containsEntry("b", KeyState.LOCKED);
    }

    @Test
    void lockingAVaultThatIsNotThereIsRefused() {
        assertThat(refused(this::lock).kind()).isEqualTo(ErrorKind.NO_SUCH_VAULT);
    }

    @Test
    void anFscryptKeyOnAFileSystemThatIsNotMountedIsUnknownAndSaysWhyItFails() {
        addFscrypt("photos");
        world.fscrypt.unmount(Path.of("/srv/data"));
        assertThat(world.states()).containsEntry("photos", KeyState.UNKNOWN);

        KeyOutcome outcome = world.call(Unlock.METHOD, Orders.unlock())
                .vaults()
                .get(0)
                .keys()
                .get(0);
        assertThat(outcome.result()).isEqualTo(KeyResult.FAILED);
        assertThat(outcome.reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("/srv/data does not exist"));
    }

    @Test
    void aDirectoryIsEncryptedAtOnceEvenInALockedVault() {
        world.add("a");
        assertThat(lock().keys()).hasSize(1);
        world.fscrypt.mount(Path.of("/srv/data"));

        world.add(Orders.key("photos").at("/srv/data").encrypting("/srv/data/private"));

        assertThat(world.fscrypt.policyOf(Path.of("/srv/data/private"))).isNotNull();
        assertThat(world.states()).containsEntry("a", KeyState.LOCKED).containsEntry("photos", KeyState.DELIVERED);
    }

    @Test
    void removingTakesTheKeyFromTheKernelAndFromTheVault() {
        world.add("a", "b");

        RemoveKey.Reply reply = world.call(RemoveKey.METHOD, Orders.removeKey("a"));

        assertThat(reply.removal().result()).isEqualTo(KeyResult.REMOVED);
        assertThat(world.states()).containsOnlyKeys("b");
        assertThat(world.keyrings.count(0)).isEqualTo(1);
        assertThat(refused(() -> world.call(RemoveKey.METHOD, Orders.removeKey("a")))
                        .sentence())
                .isEqualTo("there is no key 'a'");
    }

    @Test
    void removingDoesNothingWhenTheTpmRefuses() {
        world.add("a");
        world.tpm.measure(7, "dbx");

        KeyringException refusal = refused(() -> world.call(RemoveKey.METHOD, Orders.removeKey("a")));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNEXPECTED_PCR_STATE);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring recover default --reseal");
        assertThat(world.states()).containsEntry("a", KeyState.DELIVERED);
    }

    @Test
    void removingDoesNotReachAnotherOwnersKey() {
        world.add("a");

        KeyringException refusal = refused(() -> world.callAs(1000, RemoveKey.METHOD, Orders.removeKey("a"), person));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.NO_SUCH_KEY);
    }

    @Test
    void aMissingKeyHintsAtADamagedVaultThatMayHoldIt() {
        world.add("a");
        String id = world.vault("default").id();
        world.damage("default");

        KeyringException refusal = refused(() -> world.call(ShowKey.METHOD, Orders.showKey("a")));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.NO_SUCH_KEY);
        assertThat(refusal.hint()).isEqualTo("tpm-keyring vault restore " + id);
    }
}
