// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.option;

import org.tpmkeyring.cli.output.JsonMode;
import org.tpmkeyring.cli.output.Output;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How the answer looks and how much is told beside it. */
public final class OutputOptions {
    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = "--json",
            arity = "0..1",
            paramLabel = "pretty|short|off",
            fallbackValue = "pretty",
            preprocessor = AttachedOnly.class,
            completionCandidates = JsonChoices.class,
            converter = JsonChoices.class,
            order = 90,
            description = "Answer with JSON: indented, on one line, or not at all.")
    JsonMode json;

    @Option(names = "--no-legend", order = 91, description = "Leave the headings of tables out.")
    boolean noLegend;

    @Option(
            names = {"-q", "--quiet"},
            order = 92,
            description = "Print answers and errors only.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            order = 93,
            description = "Tell details.")
    boolean verbose;

    /** What was chosen on the line. */
    public Output.Choices choices() {
        JsonMode mode = Inherited.value(JsonMode.class, command, "--json");
        return new Output.Choices(
                mode == null ? JsonMode.OFF : mode,
                !Inherited.flag(command, "--no-legend"),
                Inherited.flag(command, "--quiet"),
                Inherited.flag(command, "--verbose"));
    }
}
