// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.option.UnlockKeyOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.volume.Untriable;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultDoor;
import org.tpmkeyring.protocol.api.VaultOutcome;

/**
 * Gets a luks key into root's keyring, to be tried on its volume. keyringd unlocks its vault for that where the TPM opens
 * it, but leaves out the key of a volume that is open: only a recovery key brings that one back.
 */
final class KeyAtHand {
    private static final String WITH_KEY_FILE = "the same command with " + UnlockKeyOption.NAME + " FILE";

    private final DaemonCommand command;
    private final KeyInfo key;
    private final RecoveryKeyAnswer recovery;

    KeyAtHand(DaemonCommand command, KeyInfo key, RecoveryKeyAnswer recovery) {
        this.command = command;
        this.key = key;
        this.recovery = recovery;
    }

    /**
     * Why the key is not there; empty when it is.
     *
     * @param hasToken whether a token tells the keyslot of an open volume, so that nobody is asked for a recovery key
     */
    Optional<Untriable> obstacle(boolean hasToken) {
        if (!key.serials().isEmpty()) {
            return Optional.empty();
        }
        Unlock.Request request =
                new Unlock.Request(Optional.of(key.owner()), List.of(key.vault()), false, Optional.empty());
        VaultOutcome unlocked;
        try {
            unlocked = command.client().call(Unlock.METHOD, request).vaults().get(0);
        } catch (KeyringException shut) {
            Untriable why = new Untriable(shut.sentence(), WITH_KEY_FILE);
            boolean wanted = shut.kind() != ErrorKind.DAEMON_UNREACHABLE && recovery.possible();
            return wanted ? recovered(why, shut.hint()) : Optional.of(why);
        }
        boolean isOpen = outcome(unlocked)
                .filter(found ->
                        found.result() == KeyResult.IN_PLACE && found.serials().isEmpty())
                .isPresent();
        return isOpen ? ofOpenVolume(hasToken ? recovery.given() : recovery.possible()) : failure(unlocked);
    }

    private Optional<Untriable> ofOpenVolume(boolean wanted) {
        String close = "cryptsetup close " + SafeText.of(key.name());
        Untriable why = new Untriable(
                "the volume is open and its key has left root's keyring", WITH_KEY_FILE + ", or after: " + close);
        if (wanted && !recovery.given()) {
            command.output()
                    .note("key '" + SafeText.of(key.name()) + "' has to be tried on its volume: " + why.reason());
        }
        return wanted ? recovered(why, close + ", and the same command once more") : Optional.of(why);
    }

    /**
     * @param why the key is not there
     * @param otherwise hint for a vault that has no recovery key
     */
    private Optional<Untriable> recovered(Untriable why, String otherwise) {
        Recover.Request request =
                new Recover.Request(Optional.of(key.owner()), key.vault(), false, Optional.empty(), false);
        VaultOutcome outcome;
        try {
            outcome = command.call(Recover.METHOD, request, recovery).outcome();
        } catch (KeyringException e) {
            if (e.kind() == ErrorKind.NO_SUCH_PROTECTOR) {
                return Optional.of(new Untriable(why.reason(), otherwise));
            }
            throw e;
        }
        Output output = command.output();
        output.note(
                "vault '" + SafeText.of(key.vault()) + "' is open now, so that the key could be tried on its volume");
        if (door() == VaultDoor.SHUT) {
            output.hint("tpm-keyring close");
        } else if (othersWereThere(outcome)) {
            output.note("its other keys stay in the kernel, some were there before");
        } else {
            output.hint("tpm-keyring lock " + SafeText.of(key.vault()));
        }
        return failure(outcome);
    }

    /** Locking the vault would take away what somebody may be using. */
    private boolean othersWereThere(VaultOutcome outcome) {
        return outcome.keys().stream()
                .anyMatch(other -> !other.name().equals(key.name()) && other.result() == KeyResult.IN_PLACE);
    }

    private VaultDoor door() {
        ShowKey.Request about = new ShowKey.Request(Optional.of(key.owner()), key.name());
        return command.client().call(ShowKey.METHOD, about).vault().door();
    }

    private Optional<KeyOutcome> outcome(VaultOutcome vault) {
        return vault.keys().stream()
                .filter(found -> found.name().equals(key.name()))
                .findFirst();
    }

    private Optional<Untriable> failure(VaultOutcome vault) {
        return outcome(vault)
                .filter(found -> found.serials().isEmpty() || found.result() == KeyResult.FAILED)
                .map(found -> new Untriable(
                        found.reason().orElse("it cannot be delivered"),
                        found.hint().orElse("tpm-keyring doctor")));
    }
}
