// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Makes the next command about the user that the last one was about. */
final class OwnersHint {
    private static final String PROGRAM = "tpm-keyring";
    private static final String OPTION = "--user";

    private OwnersHint() {}

    /**
     * The hint, with {@code --user} where the command had it and the proposed one knows it.
     *
     * @param command the command that was refused
     * @param all every command, asked for only where it matters
     */
    static String of(String hint, CommandLine command, Supplier<CommandLine> all) {
        OptionSpec user = command.getCommandSpec().findOption(OPTION);
        if (user == null || user.getValue() == null || hint.contains(" " + OPTION)) {
            return hint;
        }
        return takesUser(hint, all.get()) ? hint + " " + OPTION + " " + user.getValue() : hint;
    }

    private static boolean takesUser(String hint, CommandLine all) {
        String[] words = hint.split(" ", -1);
        if (!words[0].equals(PROGRAM) || hint.endsWith("--help")) {
            return false;
        }
        CommandSpec proposed = all.getCommandSpec();
        for (int i = 1; i < words.length && proposed.subcommands().containsKey(words[i]); i++) {
            proposed = proposed.subcommands().get(words[i]).getCommandSpec();
        }
        return proposed.findOption(OPTION) != null;
    }
}
