// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.volume.Crypttab;
import org.tpmkeyring.cli.volume.LuksWork;
import org.tpmkeyring.cli.volume.Withdrawal;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.Volume;

/**
 * What {@code tpm-keyring remove} does beside for a luks key: the keyslot, the token and the line in /etc/crypttab go,
 * after the key. Never the last keyslot. A volume that is not there, or is another one, is left alone.
 */
final class LuksRemoving {
    private final KeyInfo key;
    private final LuksWork work;
    private final Output output;
    private final String keySocket;
    private final Optional<Withdrawal> withdrawal;

    private LuksRemoving(KeyInfo key, LuksWork work, Output output, String keySocket, Optional<Withdrawal> withdrawal) {
        this.key = key;
        this.work = work;
        this.output = output;
        this.keySocket = keySocket;
        this.withdrawal = withdrawal;
    }

    /**
     * Looks at the volume while the key is still there: without a token only the key tells which keyslot is its own.
     *
     * @throws KeyringException LAST_KEYSLOT
     */
    static LuksRemoving prepare(RemoveCommand remove, KeyInfo key) {
        LuksWork work = LuksCommands.work(remove.host());
        Output output = remove.output();
        DaemonClient client = remove.client();
        if (key.serials().isEmpty()) {
            deliver(client, key);
        }
        Optional<Withdrawal> withdrawal = Optional.empty();
        try {
            withdrawal = Optional.of(Withdrawal.of(
                    work,
                    key.name(),
                    key.opens().orElse(new Volume(Optional.empty(), Optional.empty(), Optional.empty()))));
        } catch (KeyringException e) {
            if (e.kind() == ErrorKind.LAST_KEYSLOT) {
                throw e;
            }
            output.note("the volume is left alone, its keyslot for this key stays: " + e.sentence());
        }
        return new LuksRemoving(key, work, output, LuksCommands.keySocket(client.socket()), withdrawal);
    }

    /** A vault that does not open now keeps its key, and then the removal will say so. */
    private static void deliver(DaemonClient client, KeyInfo key) {
        try {
            Unlock.Request request =
                    new Unlock.Request(Optional.of(key.owner()), List.of(key.vault()), false, Optional.empty());
            Unlock.Reply reply = client.call(Unlock.METHOD, request);
            assert reply.vaults().size() == 1;
        } catch (KeyringException shut) {
            return;
        }
    }

    /** What a person is told before it is done. */
    String consequence() {
        String slots = withdrawal
                .filter(found -> !found.slots().isEmpty())
                .map(found -> "keyslot " + found.slots().first() + " of " + found.device() + ", ")
                .orElse("");
        return "Its secret is destroyed, and " + slots + "its token and its line in /etc/crypttab go with it.";
    }

    /** Exit status: 1 when the key is gone but something of the volume is left. */
    int carryOut() {
        int status = DaemonCommand.DONE;
        if (withdrawal.isPresent()) {
            status = clearVolume(withdrawal.get());
        }
        Optional<Crypttab.Entry> line = work.crypttab().read().find(key.name());
        if (line.isPresent() && line.get().keyFile().equals(keySocket)) {
            work.crypttab().change(table -> table.without(key.name()));
            say("/etc/crypttab: the line about volume '" + key.name() + "' is gone");
        }
        return status;
    }

    private int clearVolume(Withdrawal found) {
        try {
            found.carryOut(work.cryptsetup());
            if (found.slots().isEmpty()) {
                output.note("no keyslot of " + found.device() + " is known to be the key's; see cryptsetup luksDump "
                        + found.device());
            } else {
                say("keyslot " + found.slots().first() + " of " + found.device() + " is gone");
            }
            return DaemonCommand.DONE;
        } catch (KeyringException e) {
            output.failure(e.sentence(), SafeText.of("cryptsetup luksDump " + found.device()));
            return ErrorKind.UNEXPECTED.exitCode();
        }
    }

    private void say(String line) {
        if (!output.wantsJson()) {
            output.done(SafeText.of(line));
        }
    }
}
