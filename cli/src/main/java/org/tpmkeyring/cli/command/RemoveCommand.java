// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.dialogue.Dialogue;
import org.tpmkeyring.cli.dialogue.Question;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.option.KeyNameConverter;
import org.tpmkeyring.cli.option.LeaveVolumeOption;
import org.tpmkeyring.cli.option.OwnerOption;
import org.tpmkeyring.cli.option.UnlockOptions;
import org.tpmkeyring.cli.option.YesOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.protocol.Ambiguous;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.TargetType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring remove}. */
@Command(
        name = "remove",
        header = "Take a key from the kernel and from its vault, for good.",
        description = "There is no way back: what is encrypted under the key cannot be read any more, unless the"
                + " secret is kept elsewhere. To take a key away for now, use 'tpm-keyring lock'. With a luks key its keyslot"
                + " and its token go, and its line in /etc/crypttab turns back to what it was. One that may be all that opens"
                + " its volume is refused.",
        footer = {"", "Example:", "  tpm-keyring remove photos"})
public final class RemoveCommand extends DaemonCommand {
    @Parameters(paramLabel = "NAME", converter = KeyNameConverter.class, description = "Name of the key.")
    KeyName name;

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
        try (RecoveryKeyAnswer recovery = recoveryKey(this::vault, unlockKey)) {
            return remove(recovery);
        }
    }

    private int remove(RecoveryKeyAnswer recovery) {
        Output output = output();
        boolean answered = sure.yes() || host().terminal().interactive();
        LuksRemoving volume = answered ? volume(recovery) : LuksRemoving.nothing(this);
        if (!sure.yes() && !confirmed(volume)) {
            output.note("key '" + name + "' is left as it is");
            return ErrorKind.UNEXPECTED.exitCode();
        }
        volume.requireUnchanged();
        RemoveKey.Reply reply = client().call(
                        RemoveKey.METHOD,
                        new RemoveKey.Request(owner.owner(), name.text()),
                        recovery.into(new Dialogue())
                                .onWant(Dialogue.RECOVERY_KEY, volume.requiringUnchanged(recovery)));
        if (!output.json(reply)) {
            output.done("key '" + name + "' removed");
        }
        int status = new OutcomeLines(output).removed(List.of(reply.removal())).exitStatus();
        int left = volume.carryOut();
        return status == DONE ? left : status;
    }

    private LuksRemoving volume(RecoveryKeyAnswer recovery) {
        Optional<KeyInfo> key = luksKey();
        if (key.isPresent()) {
            return leaveVolume.leave()
                    ? LuksRemoving.leaving(this, List.of(key.get()))
                    : LuksRemoving.prepare(
                            this,
                            List.of(key.get()),
                            recovery,
                            "tpm-keyring remove " + name + " " + LeaveVolumeOption.NAME);
        }
        if (leaveVolume.leave()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", LeaveVolumeOption.NAME)
                    .with("reason", "'" + name + "' is no key of a LUKS volume")
                    .with("hint", "tpm-keyring show " + name)
                    .build();
        }
        return LuksRemoving.nothing(this);
    }

    private boolean confirmed(LuksRemoving volume) {
        return Question.yes(
                host().terminal(),
                volume.isEmpty()
                        ? "Its secret is destroyed. What is encrypted under it cannot be read any more."
                        : volume.consequences().get(0),
                "remove key '" + name + "'",
                YesOption.SAME_COMMAND);
    }

    /** Root's key of this name, where it is one of a LUKS volume. */
    private Optional<KeyInfo> luksKey() {
        if (host().onDemand().uid() != 0
                || owner.owner().filter(uid -> uid != 0).isPresent()) {
            return Optional.empty();
        }
        KeyInfo key = client().call(ShowKey.METHOD, new ShowKey.Request(owner.owner(), name.text()))
                .key();
        requireOnly();
        return Optional.of(key).filter(found -> found.target() == TargetType.LUKS);
    }

    /** Before a volume is looked at for a key that keyringd will refuse to destroy. */
    private void requireOnly() {
        List<String> vaults =
                client()
                        .call(ListKeys.METHOD, new ListKeys.Request(owner.owner(), false, Optional.empty()))
                        .keys()
                        .stream()
                        .filter(key -> key.name().equals(name.text()))
                        .map(KeyInfo::vault)
                        .toList();
        if (vaults.size() > 1) {
            throw Ambiguous.key(name.text(), vaults);
        }
    }

    private String vault() {
        ShowKey.Request about = new ShowKey.Request(owner.owner(), name.text());
        return client().call(ShowKey.METHOD, about).vault().name();
    }
}
