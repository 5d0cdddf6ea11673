// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import java.util.List;
import java.util.Map;
import org.tpmkeyring.cli.output.Wrap;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The page that {@code --help} shows, 80 columns wide. Own layout rather than picocli's: what a command
 * is about first, then what is special to it, then what all commands share; and lines that break at
 * blanks only, so that {@code 7:sha256} and paths stay in one piece.
 */
final class HelpPage {
    private static final int WIDTH = 80;
    private static final int TEXT_COLUMN = 27;

    /** Options of this order and above are the same for all commands. */
    private static final int SHARED_ORDER = 90;

    private final StringBuilder page = new StringBuilder(2048);
    private final CommandSpec command;

    private HelpPage(CommandSpec command) {
        this.command = command;
    }

    static String of(CommandSpec command) {
        return new HelpPage(command).compose();
    }

    /** Makes this the page of {@code --help} and {@code help}; nobody else pays for it. */
    static void installWhereWanted(CommandLine command, String[] args) {
        for (String word : args) {
            boolean letters = word.startsWith("-") && !word.startsWith("--") && word.indexOf('h') > 0;
            if (letters || word.equals("--help") || word.equals("help")) {
                command.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
                command.setHelpSectionKeys(List.of("page"));
                command.setHelpSectionMap(Map.of("page", help -> HelpPage.of(help.commandSpec())));
                return;
            }
        }
    }

    private String compose() {
        wrap("", String.join(" ", command.usageMessage().header()));
        page.append("\nUsage: ").append(synopsis()).append("\n\n");
        for (String paragraph : command.usageMessage().description()) {
            wrap("", paragraph);
        }
        commands();
        arguments();
        options("Options", 0, SHARED_ORDER);
        options("Options of all commands", SHARED_ORDER, Integer.MAX_VALUE);
        for (String line : command.usageMessage().footer()) {
            if (line.startsWith(" ")) {
                page.append(line).append('\n');
            } else {
                wrap("", line);
            }
        }
        return page.toString();
    }

    private String synopsis() {
        String[] custom = command.usageMessage().customSynopsis();
        if (custom.length > 0) {
            return custom[0];
        }
        StringBuilder line = new StringBuilder(command.qualifiedName()).append(" [OPTIONS]");
        for (PositionalParamSpec place : command.positionalParameters()) {
            boolean optional = place.arity().min() == 0;
            line.append(optional ? " [" : " ")
                    .append(place.paramLabel())
                    .append(place.arity().max() > 1 ? "..." : "")
                    .append(optional ? "]" : "");
        }
        return line.append(command.subcommands().isEmpty() ? "" : " COMMAND").toString();
    }

    private void commands() {
        if (command.subcommands().isEmpty()) {
            return;
        }
        page.append("\nCommands:\n");
        for (Map.Entry<String, CommandLine> member : command.subcommands().entrySet()) {
            CommandSpec spec = member.getValue().getCommandSpec();
            if (!spec.usageMessage().hidden()) {
                entry("  " + member.getKey(), spec.usageMessage().header()[0], 14);
            }
        }
    }

    private void arguments() {
        if (command.positionalParameters().isEmpty()) {
            return;
        }
        page.append("\nArguments:\n");
        for (PositionalParamSpec place : command.positionalParameters()) {
            entry("  " + place.paramLabel(), text(place), TEXT_COLUMN);
        }
    }

    private void options(String heading, int from, int below) {
        List<OptionSpec> sorted = new java.util.ArrayList<>(command.options());
        sorted.removeIf(option -> option.hidden() || option.order() < from || option.order() >= below);
        if (sorted.isEmpty()) {
            return;
        }
        sorted.sort(java.util.Comparator.comparingInt(OptionSpec::order));
        page.append('\n').append(heading).append(":\n");
        for (OptionSpec option : sorted) {
            entry(label(option), text(option), TEXT_COLUMN);
        }
    }

    private static String label(OptionSpec option) {
        String[] names = option.names();
        boolean hasShort = names[0].length() == 2;
        String label = (hasShort ? "  " : "      ") + String.join(", ", names);
        if (option.arity().max() == 0) {
            return label;
        }
        return label + (option.arity().min() == 0 ? "[=" + option.paramLabel() + "]" : " " + option.paramLabel());
    }

    private static String text(ArgSpec arg) {
        String text = String.join(" ", arg.description());
        if (arg.completionCandidates() == null || !text.contains("${COMPLETION-CANDIDATES}")) {
            return text;
        }
        return text.replace("${COMPLETION-CANDIDATES}", String.join(", ", arg.completionCandidates()));
    }

    /** A label and its text beside it, or below where the label is long. */
    private void entry(String label, String text, int column) {
        page.append(label);
        if (label.length() + 2 > column) {
            page.append('\n').append(" ".repeat(column));
        } else {
            page.append(" ".repeat(column - label.length()));
        }
        int start = page.length();
        wrap(" ".repeat(column), text);
        page.delete(start, start + column);
    }

    private void wrap(String indent, String text) {
        for (String line : Wrap.lines(text, WIDTH - indent.length())) {
            page.append(indent).append(line).append('\n');
        }
    }
}
