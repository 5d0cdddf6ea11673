// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what is wrong with a command line. */
final class UsageWords {
    private UsageWords() {}

    static String of(ParameterException failure) {
        CommandSpec command = failure.getCommandLine().getCommandSpec();
        if (failure instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched, command);
        }
        if (failure instanceof MissingParameterException missing) {
            String unknown = unknownOption(failure.getCommandLine());
            return unknown == null ? missing(missing, command) : unknownOption(unknown, command);
        }
        if (failure instanceof OverwrittenOptionException twice) {
            return "option " + label(twice.getOverwritten()) + " is given twice";
        }
        if (failure.getArgSpec() != null && failure.getValue() != null) {
            return label(failure.getArgSpec()) + ": '" + failure.getValue() + "' is not "
                    + (failure.getArgSpec().type() == Integer.class ? "a number" : "understood");
        }
        return lowerFirst(failure.getMessage());
    }

    private static String unmatched(UnmatchedArgumentException failure, CommandSpec command) {
        String word = failure.getUnmatched().get(0);
        if (failure.isUnknownOption()) {
            return unknownOption(word, command);
        }
        if (!command.subcommands().isEmpty()) {
            return "there is no command '" + command.qualifiedName().concat(" ").substring("tpm-keyring ".length())
                    + word + "'" + suggestion(word, visible(command));
        }
        return "'" + word + "' is one word too many for '" + command.qualifiedName() + "'";
    }

    /** An option that nobody knows is the likelier mistake than the word that is missing in its place. */
    private static String unknownOption(CommandLine line) {
        for (String word : line.getUnmatchedArguments()) {
            if (word.startsWith("-")) {
                return word;
            }
        }
        return null;
    }

    private static String unknownOption(String word, CommandSpec command) {
        return "unknown option '" + word + "'" + (word.length() > 2 ? suggestion(word, optionNames(command)) : "");
    }

    private static List<String> visible(CommandSpec command) {
        List<String> names = new ArrayList<>();
        for (CommandLine each : command.subcommands().values()) {
            if (!each.getCommandSpec().usageMessage().hidden()) {
                names.add(each.getCommandName());
            }
        }
        return names;
    }

    private static List<String> optionNames(CommandSpec command) {
        return new ArrayList<>(command.optionsMap().keySet());
    }

    private static String suggestion(String word, List<String> candidates) {
        return NearestWord.to(word, candidates)
                .map(near -> ", did you mean '" + near + "'?")
                .orElse("");
    }

    private static String missing(MissingParameterException failure, CommandSpec command) {
        List<ArgSpec> missing = new ArrayList<>(failure.getMissing());
        if (missing.size() == 1
                && missing.get(0) instanceof OptionSpec option
                && failure.getMessage().startsWith("Missing required parameter")) {
            return "option " + option.longestName() + " needs a value: " + option.paramLabel();
        }
        StringBuilder names = new StringBuilder();
        missing.sort(java.util.Comparator.comparing(ArgSpec::isOption));
        for (ArgSpec arg : missing) {
            names.append(names.isEmpty() ? "" : " and ").append(label(arg));
        }
        return "'" + command.qualifiedName() + "' needs " + names;
    }

    private static String label(ArgSpec arg) {
        return arg instanceof PositionalParamSpec ? arg.paramLabel() : ((OptionSpec) arg).longestName();
    }

    private static String lowerFirst(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
