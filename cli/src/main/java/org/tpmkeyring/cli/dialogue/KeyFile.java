// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.dialogue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;
import org.tpmkeyring.cli.secret.DirectSecret;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Reads a secret from a file, or from standard input where the file is called {@code -}. */
public final class KeyFile {
    /** Name that stands for standard input. */
    public static final String STANDARD_INPUT = "-";

    private final String option;
    private final String file;
    private final Supplier<ReadableByteChannel> standardInput;

    /**
     * @param option the option that named the file, for messages
     */
    public KeyFile(String option, String file, Supplier<ReadableByteChannel> standardInput) {
        this.option = option;
        this.file = file;
        this.standardInput = standardInput;
    }

    /**
     * All of it.
     *
     * @param maxBytes the most that is of use; a longer file fills one byte more, which is how the
     *     caller sees it
     * @return from position to limit, the caller's to close
     * @throws KeyringException BAD_ARGUMENT when the file cannot be read
     */
    public DirectSecret read(int maxBytes) {
        DirectSecret secret = DirectSecret.allocate(maxBytes + 1);
        try (ReadableByteChannel input = open()) {
            ByteBuffer target = secret.buffer();
            int count = 0;
            while (target.hasRemaining() && count >= 0) {
                count = input.read(target);
            }
            target.flip();
            return secret;
        } catch (IOException | InvalidPathException e) {
            secret.close();
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", option + "=" + file)
                    .with("reason", reason(e))
                    .build();
        }
    }

    private ReadableByteChannel open() throws IOException {
        if (file.equals(STANDARD_INPUT)) {
            return standardInput.get();
        }
        return FileChannel.open(Path.of(file), StandardOpenOption.READ);
    }

    private static String reason(Exception why) {
        if (why instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (why instanceof AccessDeniedException) {
            return "you are not allowed to read it";
        }
        return "it cannot be read: " + why.getMessage();
    }
}
