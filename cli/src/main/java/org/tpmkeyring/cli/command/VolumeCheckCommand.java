// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.cli.volume.Crypttab;
import org.tpmkeyring.cli.volume.LuksWork;
import org.tpmkeyring.cli.volume.VolumeDevice;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.CheckVolume;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.Volume;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tpm-keyring volume check}. */
@Command(
        name = "check",
        header = "Check that a volume is the one that its key was made for.",
        description = {
            "Computes the identity of the volume from its LUKS header and has keyringd compare it. Where it is the one,"
                    + " keyringd gives the key to systemd-cryptsetup within the next two minutes. Where it is not,"
                    + " keyringd raises an alarm and the exit status is 7. The unit that opens a volume runs this first.",
            "",
            "When you changed the volume itself, by cryptsetup reencrypt for example, give its key up with 'tpm-keyring"
                    + " remove VOLUME --leave-volume', add it again, and remove the old keyslot and token with"
                    + " cryptsetup; see VOLUMES in tpm-keyring(1)."
        },
        footer = {"", "Example:", "  tpm-keyring volume check data"})
public final class VolumeCheckCommand extends DaemonCommand {
    /** For all of them together: the boot waits. */
    private static final Duration OTHER_DEVICES = Duration.ofSeconds(10);

    @Parameters(paramLabel = "VOLUME", description = "Name of the volume and of its key.")
    String volume;

    @Option(
            names = "--if-reachable",
            order = 1,
            description = "Where the volume cannot be checked, since keyringd does not answer or has no key for it, for"
                    + " example, say so and go on with exit status 0: it can then be opened with a passphrase only.")
    boolean ifReachable;

    @Override
    public Integer call() {
        LuksCommands.requireRoot(host(), "check LUKS volumes");
        Output output = output();
        try {
            CheckVolume.Reply reply = check();
            if (!output.json(reply)) {
                output.done("volume '" + SafeText.of(volume) + "' is the one that its key was made for");
            }
            return DONE;
        } catch (KeyringException e) {
            if (!ifReachable || e.kind() == ErrorKind.UNEXPECTED_VOLUME) {
                throw e;
            }
            output.failure("volume '" + SafeText.of(volume) + "' is not checked: " + e.sentence(), e.hint());
            return DONE;
        }
    }

    private CheckVolume.Reply check() {
        DaemonClient client = client();
        KeyInfo key = client.call(ShowKey.METHOD, new ShowKey.Request(Optional.of(0L), volume))
                .key();
        Volume opens = key.opens()
                .orElseThrow(() -> KeyringException.of(ErrorKind.BAD_ARGUMENT)
                        .with("argument", "key '" + volume + "'")
                        .with("reason", "it is no key of a LUKS volume")
                        .with("hint", "tpm-keyring show " + volume)
                        .build());
        LuksWork work = LuksCommands.work(host());
        CheckVolume.Reply reply = null;
        for (String identity : identities(work, opens)) {
            reply = client.call(CheckVolume.METHOD, new CheckVolume.Request(volume, identity));
        }
        return reply;
    }

    /**
     * The identity of what would be opened, which is the device that /etc/crypttab names, where it names one, and of
     * every other device with the same UUID: the link that leads to one of them may lead to another one next.
     */
    private Set<String> identities(LuksWork work, Volume opens) {
        String named = work.crypttab()
                .read()
                .find(volume)
                .map(Crypttab.Entry::device)
                .or(opens::device)
                .orElse("");
        Path device = VolumeDevice.require(work.root(), volume, named);
        Set<String> identities = new LinkedHashSet<>();
        identities.add(identity(work, device));
        for (Path other : work.devices().withUuid(opens.uuid().orElse(""), OTHER_DEVICES, this::silent)) {
            try {
                identities.add(work.cryptsetup().header(other).identity());
            } catch (KeyringException unusable) {
                output().note(unusable.sentence());
            }
        }
        return identities;
    }

    /** One that stalls on purpose is as one that is plugged in after the check (docs/adr/0014-volume-identity.md). */
    private void silent(Path device) {
        output().note(SafeText.of(device.toString()) + " did not answer within " + OTHER_DEVICES.toSeconds()
                + " seconds, whether it has the same UUID is not known");
    }

    /** What is in the place of a volume and has no LUKS header, or none that can be read, is not the volume. */
    private String identity(LuksWork work, Path device) {
        try {
            return work.cryptsetup().header(device).identity();
        } catch (KeyringException unusable) {
            if (unusable.kind() != ErrorKind.BAD_ARGUMENT) {
                throw unusable;
            }
            output().note(unusable.sentence());
            return CheckVolume.NO_IDENTITY;
        }
    }
}
