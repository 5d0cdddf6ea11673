// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.completion;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * One command as completion sees it.
 *
 * @param words its words without the program's name; empty for the program itself
 * @param summary one sentence
 * @param members names of the commands below it
 * @param options its options
 * @param places what its words without a dash are; the last one may repeat
 */
record CommandModel(
        String words,
        String summary,
        List<String> members,
        List<OptionSpec> options,
        List<PositionalParamSpec> places) {

    /** All commands but hidden ones, each before those below it. */
    static List<CommandModel> all(CommandSpec root) {
        List<CommandModel> models = new ArrayList<>();
        collect("", root, models);
        return models;
    }

    private static void collect(String words, CommandSpec spec, List<CommandModel> models) {
        List<String> members = new ArrayList<>();
        for (Map.Entry<String, CommandLine> member : spec.subcommands().entrySet()) {
            if (!member.getValue().getCommandSpec().usageMessage().hidden()) {
                members.add(member.getKey());
            }
        }
        String[] header = spec.usageMessage().header();
        models.add(new CommandModel(
                words, header.length == 0 ? "" : header[0], members, visible(spec), spec.positionalParameters()));
        for (String member : members) {
            CommandSpec below = spec.subcommands().get(member).getCommandSpec();
            collect((words + " " + member).strip(), below, models);
        }
    }

    private static List<OptionSpec> visible(CommandSpec spec) {
        List<OptionSpec> options = new ArrayList<>(spec.options());
        options.removeIf(OptionSpec::hidden);
        return options;
    }

    /** What may stand in its first place; FREE where it takes no word. */
    ValueKind place() {
        return places.isEmpty() ? ValueKind.FREE : ValueKind.of(words, places.get(0));
    }

    /** Words of a fixed set, in one line. */
    static String candidates(ArgSpec arg) {
        List<String> words = new ArrayList<>();
        arg.completionCandidates().forEach(words::add);
        return String.join(" ", words);
    }

    /** Whether an option is followed by a value. */
    static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0;
    }
}
