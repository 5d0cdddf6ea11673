// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.nio.file.Path;
import java.util.List;
import org.tpmkeyring.cli.mount.MountOutcome;
import org.tpmkeyring.cli.mounttab.MountTable;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.protocol.ErrorKind;

/** Tells what became of entries, a line each, and works out the exit status: the highest of all failures'. */
final class MountReport {
    private final Output output;
    private int exitStatus;

    MountReport(Output output) {
        this.output = output;
    }

    /** Exit status of everything told so far. */
    int exitStatus() {
        return exitStatus;
    }

    /** Tells of lines that could not be used. */
    MountReport badLines(Path table, List<MountTable.Problem> problems) {
        for (MountTable.Problem problem : problems) {
            fail(ErrorKind.BAD_ARGUMENT.exitCode());
            String field = problem.field().isEmpty() ? "" : problem.field() + ": ";
            output.failure(
                    SafeText.of(table + ":" + problem.line() + ": " + field + problem.reason()),
                    "man tpm-keyring-mounttab");
        }
        return this;
    }

    /** Tells of entries. */
    MountReport outcomes(List<MountOutcome> outcomes) {
        outcomes.forEach(this::outcome);
        return this;
    }

    private void outcome(MountOutcome outcome) {
        String where = SafeText.of(outcome.where());
        if (outcome.exitStatus() != 0) {
            fail(outcome.exitStatus());
            output.failure(
                    where + ": " + SafeText.of(outcome.reason().orElse("it failed")),
                    SafeText.of(outcome.hint().orElse("")));
        } else if (!output.wantsJson()) {
            output.done(where + ": " + word(outcome) + " (" + outcome.type() + ", key " + outcome.key() + ")");
        }
    }

    private static String word(MountOutcome outcome) {
        return switch (outcome.result()) {
            case MOUNTED -> "mounted";
            case MOUNTED_ALREADY -> "mounted already";
            case UNMOUNTED -> "unmounted";
            case NOT_MOUNTED -> "not mounted";
            case FAILED -> "failed";
        };
    }

    private void fail(int status) {
        exitStatus = Math.max(exitStatus, status);
    }
}
