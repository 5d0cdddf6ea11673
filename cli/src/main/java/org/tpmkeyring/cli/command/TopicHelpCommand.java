// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.ArrayList;
import java.util.List;
import org.tpmkeyring.cli.Host;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tpm-keyring help}. */
@Command(
        name = "help",
        header = "Explain a command or a topic.",
        description = "Topics: names (how keys and vaults may be called), pcrs (what to seal to), exit-status.",
        footer = {"", "Examples:", "  tpm-keyring help vault create", "  tpm-keyring help names"})
public final class TopicHelpCommand implements Runnable {
    @Spec
    CommandSpec command;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND|TOPIC",
            completionCandidates = HelpTopics.class,
            description = "What to explain.")
    List<String> words = new ArrayList<>();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 99,
            description = "Show this help.")
    boolean help;

    private final Host host;

    public TopicHelpCommand(Host host) {
        this.host = host;
    }

    @Override
    public void run() {
        if (words.size() == 1 && HelpTopics.has(words.get(0))) {
            host.out().print(HelpTopics.text(words.get(0)));
            return;
        }
        CommandLine found = command.parent().commandLine();
        for (String word : words) {
            CommandLine next = found.getSubcommands().get(word);
            if (next == null || next.getCommandSpec().usageMessage().hidden()) {
                throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                        .with("argument", "help")
                        .with("reason", "there is no command or topic '" + SafeText.of(word) + "'")
                        .with("hint", "tpm-keyring --help")
                        .build();
            }
            found = next;
        }
        found.usage(found.getOut());
    }
}
