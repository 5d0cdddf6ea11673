// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.tpmkeyring.cli.Host;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.client.ServiceUnits;
import org.tpmkeyring.cli.client.Waiting;
import org.tpmkeyring.cli.dialogue.Dialogue;
import org.tpmkeyring.cli.dialogue.KeyFile;
import org.tpmkeyring.cli.dialogue.NewRecoveryKey;
import org.tpmkeyring.cli.dialogue.PasswordAnswer;
import org.tpmkeyring.cli.dialogue.RecoveryKeyAnswer;
import org.tpmkeyring.cli.dialogue.SavedRecoveryKey;
import org.tpmkeyring.cli.option.NewPasswordOption;
import org.tpmkeyring.cli.option.OutputOptions;
import org.tpmkeyring.cli.option.PasswordOption;
import org.tpmkeyring.cli.option.SocketOption;
import org.tpmkeyring.cli.option.UnlockKeyOption;
import org.tpmkeyring.cli.output.Output;
import org.tpmkeyring.cli.output.Style;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.Method;
import org.tpmkeyring.protocol.api.Request;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command that talks to keyringd has. Returns the exit status; refusals are thrown. */
public abstract class DaemonCommand implements Callable<Integer> {
    /** Exit status of a command that did what it was told. */
    protected static final int DONE = 0;

    /** Name of the vault that is meant where none is named. */
    protected static final String DEFAULT_VAULT = "default";

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

    private Host host;

    /** Called once, by the factory that makes commands. */
    public final void at(Host where) {
        this.host = where;
    }

    /** What the process has around it. */
    protected final Host host() {
        return host;
    }

    /** The way to the daemon, which shows a line on standard error while an answer is slow. */
    protected final DaemonClient client() {
        return client(host.answerLimit());
    }

    /** The same with another limit for an answer. */
    protected final DaemonClient client(Duration limit) {
        Waiting waiting =
                host.errIsTerminal() && !outputOptions.choices().quiet() ? new WaitingLine(host.err()) : Waiting.SILENT;
        return new DaemonClient(
                socket.path(host.environment()), waiting, limit, new ServiceUnits(host.root()), host.patience());
    }

    /** Where the answer goes. */
    protected final Output output() {
        return new Output(
                host.out(),
                host.err(),
                Style.of(host.outIsTerminal(), host.environment()),
                () -> host.outIsTerminal() ? host.terminal().columns() : 0,
                outputOptions.choices());
    }

    /** Shows a new recovery key on the terminal. */
    protected final NewRecoveryKey shown(String vault) {
        boolean colours = Style.of(true, host.environment()) == Style.COLOURED;
        return new NewRecoveryKey(vault, host.terminal(), colours);
    }

    /**
     * What opens a vault for a change to it, in case the TPM does not: its password, or a recovery key.
     *
     * @param vault tells its name, once that is needed
     */
    protected final RecoveryKeyAnswer recoveryKey(Supplier<String> vault, UnlockKeyOption option) {
        return recoveryKey(vault, option, null);
    }

    /**
     * The same for a change that may need a new password.
     *
     * @param fresh where that comes from; null where none is needed
     */
    protected final RecoveryKeyAnswer recoveryKey(
            Supplier<String> vault, UnlockKeyOption option, NewPasswordOption fresh) {
        String key = option.file();
        String password = option.passwordFile();
        String newPassword = fresh == null ? null : fresh.file();
        return changing(vault, new SecretFiles(UnlockKeyOption.NAME, key, password, newPassword));
    }

    /**
     * Files that stand for what a person would type; null where he is asked.
     *
     * @param option that named the first
     * @param key recovery key
     * @param password that opens the vault
     * @param newPassword that it gets
     */
    protected record SecretFiles(String option, String key, String password, String newPassword) {
        /**
         * @throws KeyringException BAD_ARGUMENT when two are standard input
         */
        public SecretFiles {
            int fromInput = 0;
            for (String file : new String[] {key, password, newPassword}) {
                fromInput += KeyFile.STANDARD_INPUT.equals(file) ? 1 : 0;
            }
            if (fromInput > 1) {
                throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                        .with("argument", PasswordOption.NAME)
                        .with("reason", "standard input is one secret, name files for the others")
                        .build();
            }
        }
    }

    private RecoveryKeyAnswer changing(Supplier<String> vault, SecretFiles files) {
        return RecoveryKeyAnswer.changing(
                vault, keyFile(files.option(), files.key()), host.terminal(), passwords(vault, files));
    }

    private PasswordAnswer passwords(Supplier<String> vault, SecretFiles files) {
        return new PasswordAnswer(
                vault,
                host.terminal(),
                keyFile(PasswordOption.NAME, files.password()),
                keyFile(NewPasswordOption.NAME, files.newPassword()),
                files.key() != null);
    }

    /** The password of a vault that is unlocked. */
    protected final PasswordAnswer password(String vault, PasswordOption option) {
        return passwords(() -> vault, new SecretFiles("", null, option.file(), null));
    }

    /** A new password of a vault that is made. */
    protected final PasswordAnswer newPassword(String vault, NewPasswordOption option) {
        return passwords(() -> vault, new SecretFiles("", null, null, option.file()));
    }

    private KeyFile keyFile(String option, String file) {
        return file == null ? null : new KeyFile(option, file, host.onDemand()::input);
    }

    /**
     * Calls a method that may want a recovery key.
     *
     * @param answer stays the caller's
     */
    protected final <Q extends Record & Request, R extends Record> R call(
            Method<Q, R> method, Q request, RecoveryKeyAnswer answer) {
        return client().call(method, request, answer.into(new Dialogue()));
    }

    /** Calls a method that changes a vault, and wants a password or a recovery key where the TPM does not open it. */
    protected final <Q extends Record & Request, R extends Record> R callToChange(
            Method<Q, R> method, Q request, Supplier<String> vault, UnlockKeyOption option) {
        try (RecoveryKeyAnswer answer = recoveryKey(vault, option)) {
            return call(method, request, answer);
        }
    }

    /** The same for a command with an option of its own for the key. */
    protected final <Q extends Record & Request, R extends Record> R callToChange(
            Method<Q, R> method, Q request, String vault, SecretFiles files) {
        try (RecoveryKeyAnswer answer = changing(() -> vault, files)) {
            return call(method, request, answer);
        }
    }

    /** Calls a method that wants a recovery key, and maybe a new password. */
    protected final <Q extends Record & Request, R extends Record> R callWithRecoveryKey(
            Method<Q, R> method, Q request, String vault, SecretFiles files) {
        try (RecoveryKeyAnswer answer = RecoveryKeyAnswer.opening(
                vault,
                files.option(),
                keyFile(files.option(), files.key()),
                host.terminal(),
                passwords(() -> vault, files))) {
            return call(method, request, answer);
        }
    }

    /** A file for a new recovery key, or null where it is to be shown. */
    protected final SavedRecoveryKey saved(String file) {
        return file == null ? null : SavedRecoveryKey.at(file);
    }

    /**
     * Takes back a key file whose key the daemon refused to put in force. When the connection was lost
     * nobody knows whether it did, and the file stays.
     */
    protected static void discardIfRefused(SavedRecoveryKey file, KeyringException refusal) {
        if (file != null && !mayBeDone(refusal)) {
            file.discard();
        }
    }

    /** Whether the daemon may have done what it was asked for, although the answer was none. */
    protected static boolean mayBeDone(KeyringException refusal) {
        return refusal.kind() == ErrorKind.DAEMON_UNREACHABLE
                || refusal.kind() == ErrorKind.DEADLINE_EXCEEDED
                || refusal.kind() == ErrorKind.BAD_MESSAGE;
    }
}
