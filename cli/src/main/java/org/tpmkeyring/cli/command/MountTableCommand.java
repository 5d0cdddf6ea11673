// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.cli.mount.MountOutcome;
import org.tpmkeyring.cli.mount.MountReply;
import org.tpmkeyring.cli.mount.Mounter;
import org.tpmkeyring.cli.mount.TableFile;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.mounttab.MountTable;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What mount and umount have in common. */
abstract class MountTableCommand extends DaemonCommand {
    static final String MOUNTINFO = "proc/self/mountinfo";

    @Parameters(
            arity = "0..*",
            paramLabel = "WHERE",
            description = "Mount points as the table has them; for zfs the dataset.")
    List<String> names = new ArrayList<>();

    @Option(
            names = {"-a", "--all"},
            order = 1,
            description = "Every line of the table; mount leaves out those that are noauto.")
    boolean all;

    /** Whether an entry is one of all. */
    abstract boolean isMeant(MountEntry entry);

    abstract List<MountOutcome> work(Mounter mounter, List<MountEntry> entries);

    /**
     * Works on entries and tells what became of them.
     *
     * @throws KeyringException BAD_ARGUMENT, NO_SUCH_MOUNT
     */
    @Override
    public final Integer call() {
        if (all == !names.isEmpty()) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", all ? "--all" : "WHERE")
                    .with("reason", all ? "it goes without names" : "name mount points, or say --all")
                    .build();
        }
        Output output = output();
        TableFile file = TableFile.read(host().environment(), host().root());
        MountTable table = file.table();
        List<MountEntry> entries =
                all ? table.entries().stream().filter(this::isMeant).toList() : chosen(output, file, names);
        List<MountOutcome> outcomes = work(mounter(), entries);
        List<MountTable.Problem> problems = all ? table.problems() : List.of();
        boolean json = output.json(new MountReply(outcomes, problems));
        if (outcomes.isEmpty() && problems.isEmpty() && !json) {
            output.done("nothing to do, " + file.path() + " has no lines");
        }
        return new MountReport(output)
                .badLines(file.path(), problems)
                .outcomes(outcomes)
                .exitStatus();
    }

    /** A name that is not found may stand in a line that cannot be used. */
    private static List<MountEntry> chosen(Output output, TableFile file, List<String> names) {
        try {
            return file.entries(names);
        } catch (KeyringException notThere) {
            new MountReport(output).badLines(file.path(), file.table().problems());
            throw notThere;
        }
    }

    private Mounter mounter() {
        Path mountinfo = host().root().resolve(MOUNTINFO);
        return new Mounter(client(), new Programs(host().environment()), mountinfo);
    }
}
