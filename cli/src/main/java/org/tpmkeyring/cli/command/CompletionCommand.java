// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.Host;
import org.tpmkeyring.cli.completion.BashCompletion;
import org.tpmkeyring.cli.completion.ZshCompletion;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tpm-keyring generate-completion}, for packagers. */
@Command(name = "generate-completion", hidden = true, header = "Print a completion script for a shell.")
public final class CompletionCommand implements Runnable {
    @Spec
    CommandSpec command;

    @Parameters(paramLabel = "bash|zsh", description = "The shell.")
    String shell;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    private final Host host;

    public CompletionCommand(Host host) {
        this.host = host;
    }

    @Override
    public void run() {
        CommandSpec root = command.parent();
        host.out()
                .print(
                        switch (shell) {
                            case "bash" -> BashCompletion.of(root);
                            case "zsh" -> ZshCompletion.of(root);
                            default ->
                                throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                                        .with("argument", "generate-completion")
                                        .with("reason", "'" + shell + "' is not one of bash, zsh")
                                        .build();
                        });
    }
}
