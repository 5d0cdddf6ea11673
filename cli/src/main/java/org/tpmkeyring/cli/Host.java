// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.client.Patience;
import org.tpmkeyring.cli.terminal.DevTty;
import org.tpmkeyring.cli.terminal.StandardStream;
import org.tpmkeyring.cli.terminal.Terminal;

/**
 * What the process has around it, in one place so that a test can be somewhere else.
 *
 * @param out answers
 * @param err prose and errors
 * @param onDemand what few commands ask for
 * @param environment environment variables
 * @param terminal the person
 * @param outIsTerminal whether standard output is a terminal
 * @param errIsTerminal whether standard error is a terminal
 * @param root directory that the doctor takes for {@code /}
 * @param answerLimit longest time for an answer of the daemon
 * @param patience with a daemon that is started again
 */
public record Host(
        PrintStream out,
        PrintStream err,
        OnDemand onDemand,
        Map<String, String> environment,
        Terminal terminal,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Path root,
        Duration answerLimit,
        Patience patience) {

    private static final int BUFFER_BYTES = 8192;

    /** Things that take time to find out or to load. */
    public interface OnDemand {
        /** Standard input as a channel, for secrets. */
        ReadableByteChannel input();

        /** Standard output as a channel, for secrets. */
        WritableByteChannel output();

        /** Who runs this process. */
        long uid();
    }

    /** The real one. */
    public static Host ofThisProcess() {
        return new Host(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                new ThisProcess(),
                System.getenv(),
                new DevTty(),
                StandardStream.OUT.isTerminal(),
                StandardStream.ERR.isTerminal(),
                Path.of(System.getProperty("tpmkeyring.root", "/")),
                DaemonClient.ANSWER,
                Patience.real());
    }

    /** UTF-8 whatever the locale is: names are ASCII, and the blocks of a QR code have no other form. */
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES),
                false,
                StandardCharsets.UTF_8);
    }

    private static final class ThisProcess implements OnDemand {
        @Override
        public ReadableByteChannel input() {
            return new FileInputStream(FileDescriptor.in).getChannel();
        }

        @Override
        public WritableByteChannel output() {
            return new FileOutputStream(FileDescriptor.out).getChannel();
        }

        /** The JDK has no getuid; the owner of our own directory in /proc is us (proc(5)). */
        @Override
        public long uid() {
            try {
                return Integer.toUnsignedLong((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
            } catch (IOException noProc) {
                throw new UncheckedIOException("/proc is not mounted", noProc);
            }
        }
    }
}
