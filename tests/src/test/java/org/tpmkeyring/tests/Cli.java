// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.nio.file.Path;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.RecordCodec;

/**
 * {@code tpm-keyring} as a person types it.
 *
 * @param socket the daemon's
 * @param uid who types it
 */
record Cli(Path socket, long uid) {
    /** The command, still to be run. */
    Program command(String... arguments) {
        Program program = Program.of(Dist.program("tpm-keyring").toString(), "--socket=" + socket)
                .with(arguments);
        return uid == 0 ? program : program.as(uid);
    }

    /** Runs it without input. */
    Outcome run(String... arguments) throws IOException {
        return command(arguments).run();
    }

    /** Runs it with {@code --json=short} and reads the answer. */
    <R extends Record> R json(Class<R> reply, String... arguments) throws IOException {
        Outcome outcome = command(arguments).with("--json=short").run();
        try {
            return RecordCodec.fromTree(reply, Json.parse(outcome.output()));
        } catch (MalformedMessageException e) {
            throw new IOException("not the JSON of " + reply + ": " + outcome.text() + outcome.errors(), e);
        }
    }

    /** What {@code list} tells of one key. */
    KeyInfo key(String name) throws IOException {
        return json(ListKeys.Reply.class, "list").keys().stream()
                .filter(key -> key.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no key " + name));
    }

    /** Adds a key with the secret on standard input; makes the default vault where there is none. */
    Outcome add(String name, byte[] secret, String... options) throws IOException {
        return command("add", name, "--key-file=-").with(options).input(secret).run();
    }

    /** Makes the default vault, sealed to PCR 7, its recovery key in a file. */
    Outcome makeVault(Path recoveryKey) throws IOException {
        return run("vault", "create", "default", "--tpm2-pcrs=7", "--recovery-key-file=" + recoveryKey);
    }
}
