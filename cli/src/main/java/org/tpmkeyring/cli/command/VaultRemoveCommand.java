// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.dialogue.Question;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.option.LeaveVolumeOption;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.UnlockOptions;
import org.tpmkeyring.cli.option.VaultNameConverter;
import org.tpmkeyring.cli.option.YesOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.volume.Crypttab;
import org.tpmkeyring.cli.volume.CrypttabFile;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.RemoveVault;
import org.tpmkeyring.protocol.value.TargetType;
import org.tpmkeyring.protocol.value.VaultName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring vault remove}. */
@Command(
        name = "remove",
        header = "Destroy a vault.",
        description = "A vault that holds keys is refused unless --with-keys is given. There is no way back: its"
                + " recovery key opens nothing afterwards. With luks keys go their keyslots and tokens, and their lines in"
                + " /etc/crypttab turn back to what they were. A luks key that may be all that opens its volume is refused,"
                + " before anything is changed.",
        footer = {"", "Example:", "  tpm-keyring vault remove archive --with-keys"})
public final class VaultRemoveCommand extends DaemonCommand {
    @Parameters(
            paramLabel = "VAULT",
            converter = VaultNameConverter.class,
            description = "Name of the vault, or its id.")
    VaultName vault;

    @Option(names = "--with-keys", order = 1, description = "Destroy its keys too.")
    boolean withKeys;

    @Mixin
    YesOption sure;

    @Mixin
    UnlockOptions unlockKey;

    @Mixin
    LeaveVolumeOption leaveVolume;

    @Mixin
    OwnerOption owner;

    @Override
    public Integer call() {
        try (RecoveryKeyAnswer recovery = recoveryKey(vault::text, unlockKey)) {
            return remove(recovery);
        }
    }

    private int remove(RecoveryKeyAnswer recovery) {
        Output output = output();
        boolean answered = sure.yes() || host().terminal().interactive();
        LuksRemoving volumes = withKeys && answered ? volumes(recovery) : LuksRemoving.nothing(this);
        if (!sure.yes() && !confirmed(volumes)) {
            output.note("vault '" + vault + "' is left as it is");
            return ErrorKind.UNEXPECTED.exitCode();
        }
        volumes.requireUnchanged();
        RemoveVault.Reply reply =
                client().call(RemoveVault.METHOD, new RemoveVault.Request(owner.owner(), vault.text(), withKeys));
        if (!output.json(reply)) {
            output.done("vault '" + vault + "' removed");
        }
        int status = new OutcomeLines(output).removed(reply.keys()).exitStatus();
        int left = volumes.carryOut();
        return status == DONE ? left : status;
    }

    /** All of them are looked at before anything is changed. */
    private LuksRemoving volumes(RecoveryKeyAnswer recovery) {
        if (host().onDemand().uid() != 0
                || owner.owner().filter(uid -> uid != 0).isPresent()) {
            return LuksRemoving.nothing(this);
        }
        List<KeyInfo> keys;
        try {
            keys = keys(Optional.of(vault.text())).stream()
                    .filter(key -> key.target() == TargetType.LUKS)
                    .map(key -> key.knowingVaultAs(vault.text()))
                    .toList();
        } catch (KeyringException e) {
            if (e.kind() == ErrorKind.VAULT_DAMAGED) {
                requireNoLine();
                return LuksRemoving.nothing(this);
            }
            throw e;
        }
        if (keys.isEmpty()) {
            return LuksRemoving.nothing(this);
        }
        return leaveVolume.leave()
                ? LuksRemoving.leaving(this, keys)
                : LuksRemoving.prepare(
                        this,
                        keys,
                        recovery,
                        "tpm-keyring vault remove " + vault + " --with-keys " + LeaveVolumeOption.NAME);
    }

    private List<KeyInfo> keys(Optional<String> of) {
        return client().call(ListKeys.METHOD, new ListKeys.Request(owner.owner(), false, of))
                .keys();
    }

    /** Nobody can tell what is in a damaged vault, but /etc/crypttab may wait for something. */
    private void requireNoLine() {
        if (leaveVolume.leave()) {
            return;
        }
        List<String> known = keys(Optional.empty()).stream().map(KeyInfo::name).toList();
        String keySocket = LuksCommands.keySocket(client().socket());
        for (Crypttab.Entry line : new CrypttabFile(host().root()).read().entries()) {
            if (line.keyFile().equals(keySocket) && !known.contains(line.name())) {
                throw KeyringException.of(ErrorKind.KEYSLOT_UNKNOWN)
                        .with("volume", line.name())
                        .with("reason", "it may be in this damaged vault")
                        .with("hint", "tpm-keyring vault restore " + vault)
                        .build();
            }
        }
    }

    private boolean confirmed(LuksRemoving volumes) {
        StringBuilder consequence = new StringBuilder(
                withKeys
                        ? "Its keys are destroyed. What is encrypted under them cannot be read any more."
                        : "Its recovery key opens nothing afterwards.");
        volumes.consequences().forEach(line -> consequence.append('\n').append(line));
        return Question.yes(
                host().terminal(),
                consequence.toString(),
                "remove vault '" + vault + "'" + (withKeys ? " with all its keys" : ""),
                YesOption.SAME_COMMAND);
    }
}
