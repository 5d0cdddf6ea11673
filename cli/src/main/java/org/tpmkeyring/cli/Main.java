// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.tpmkeyring.cli.terminal.StandardStream;
import picocli.CommandLine;

/** Entry point of {@code tpm-keyring}. */
public final class Main {
    private Main() {}

    /** Runs a command line and exits with its status. */
    public static void main(String[] args) {
        Host host = Host.ofThisProcess();
        int status = run(args, host);
        host.err().flush();
        if (host.out().checkError() && status == 0) {
            status = answerLost(host);
        }
        System.exit(status);
    }

    /** Runs a command line and returns its exit status. */
    public static int run(String[] args, Host host) {
        CommandTree.Prepared prepared = new CommandTree(host).forLine(args);
        ErrorReport report = new ErrorReport(host, args);
        CommandLine command = prepared.command()
                .setExpandAtFiles(false)
                .setOut(new PrintWriter(host.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(host.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler(report)
                .setExecutionExceptionHandler(report);
        HelpPage.installWhereWanted(command, args);
        return command.execute(prepared.words().toArray(new String[0]));
    }

    /** Silent where standard output is a pipe: its reader has seen enough, as in {@code list | head}. */
    private static int answerLost(Host host) {
        if (!StandardStream.OUT.isPipe()) {
            host.err().println("tpm-keyring: the answer could not be written to standard output");
            host.err().println("hint: df -h");
            host.err().flush();
        }
        return 1;
    }
}
