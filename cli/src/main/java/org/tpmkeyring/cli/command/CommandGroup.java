// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import org.tpmkeyring.cli.option.OutputOptions;
import org.tpmkeyring.cli.option.SocketOption;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A word that other commands follow. Typed alone it is a usage error that names them. */
abstract class CommandGroup implements Runnable {
    @Spec
    CommandSpec command;

    @Mixin
    SocketOption socket;

    @Mixin
    OutputOptions outputOptions;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 99,
            description = "Show this help.")
    boolean help;

    @Override
    public final void run() {
        throw new ParameterException(
                command.commandLine(),
                "'" + command.qualifiedName() + "' needs one more word: "
                        + String.join(", ", command.subcommands().keySet()));
    }
}
