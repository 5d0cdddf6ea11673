// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.List;
import org.tpmkeyring.cli.mount.HelperLine;
import org.tpmkeyring.cli.mount.MountOutcome;
import org.tpmkeyring.cli.mount.Mounter;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code tpm-keyring mount-helper}, which is {@code /sbin/mount.tpm-keyring}: mount(8) calls it for the file system
 * type tpm-keyring, as the units do that tpm-keyring-generator makes.
 */
@Command(name = "mount-helper", hidden = true, header = "Mount for mount(8), as /sbin/mount.tpm-keyring.")
public final class MountHelperCommand extends DaemonCommand {
    /** Set by the generator's units. */
    private static final String LINE = "TPM_KEYRING_LINE";

    @Parameters(index = "0", paramLabel = "WHAT", description = "What to mount.")
    String what;

    @Parameters(index = "1", paramLabel = "WHERE", description = "Where to mount it.")
    String where;

    @Option(names = "-o", paramLabel = "OPTIONS", defaultValue = "", description = "Options with commas between them.")
    String options;

    @Option(names = "-t", paramLabel = "TYPE", description = "Always tpm-keyring.")
    String type;

    @Option(names = "-N", paramLabel = "NAMESPACE", description = "Not supported.")
    String namespace;

    @Option(names = "-f", description = "Check the arguments, mount nothing.")
    boolean fake;

    @Option(names = "-s", description = "Nothing is done about it.")
    boolean sloppy;

    @Option(names = "-n", description = "Nothing is done about it.")
    boolean withoutMtab;

    @Override
    public Integer call() {
        if (namespace != null) {
            throw KeyringException.of(ErrorKind.NOT_SUPPORTED)
                    .with("what", "-N")
                    .with("reason", "mounting in another namespace is not done here")
                    .with("hint", "nsenter --mount=" + namespace + " mount " + where)
                    .build();
        }
        MountEntry entry = HelperLine.entry(host().environment().getOrDefault(LINE, ""), what, where, options);
        if (fake) {
            return DONE;
        }
        Mounter mounter = new Mounter(
                client(), new Programs(host().environment()), host().root().resolve(MountTableCommand.MOUNTINFO));
        List<MountOutcome> outcomes = mounter.mount(List.of(entry));
        return new MountReport(output()).outcomes(outcomes).exitStatus();
    }
}
