// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Tells what went wrong: one line {@code tpm-keyring: what happened}, one line {@code hint: command}.
 * Exit statuses come from the table in {@link ErrorKind} only.
 */
final class ErrorReport implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private static final String PROGRAM = "tpm-keyring";

    private final Host host;
    private final String[] args;

    ErrorReport(Host host, String[] args) {
        this.host = host;
        this.args = args;
    }

    /** The command line is wrong. */
    @Override
    public int handleParseException(ParameterException failure, String[] words) {
        if (failure.getCause() instanceof KeyringException refusal) {
            return refusal(refusal, failure.getCommandLine());
        }
        print(
                SafeText.of(UsageWords.of(failure)),
                failure.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ErrorKind.BAD_ARGUMENT.exitCode();
    }

    /** A command did not do what it was told. */
    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof KeyringException refusal) {
            return refusal(refusal, command);
        }
        return refusal(
                KeyringException.of(ErrorKind.UNEXPECTED)
                        .with("detail", "this is a bug, " + failure)
                        .with("hint", PROGRAM + " --version, and report it together with the line above")
                        .build(),
                command);
    }

    private int refusal(KeyringException bare, CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        KeyringException refusal = bare.with(
                        "command",
                        bare.kind() == ErrorKind.NOT_PERMITTED
                                ? CommandWords.joined(args)
                                : name.substring(PROGRAM.length()).strip())
                .with("action", PROGRAM + " " + CommandWords.joined(args))
                .with("vault", "default");
        print(refusal.sentence(), OwnersHint.of(refusal.hint(), command, () -> new CommandTree(host).all()));
        return refusal.kind().exitCode();
    }

    private void print(String sentence, String hint) {
        host.out().flush();
        host.err().println(PROGRAM + ": " + sentence);
        host.err().println("hint: " + hint);
    }
}
