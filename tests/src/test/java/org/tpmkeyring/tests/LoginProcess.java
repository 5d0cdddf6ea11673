// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

/** A process of root that logs people in and out, as sshd's of one connection is; {@code tests/clients/login.py}. */
final class LoginProcess implements AutoCloseable {
    private final Process process;
    private final BufferedWriter orders;
    private final BufferedReader replies;

    private LoginProcess(Process process) {
        this.process = process;
        orders = process.outputWriter(StandardCharsets.UTF_8);
        replies = process.inputReader(StandardCharsets.UTF_8);
    }

    static LoginProcess start(Path socket) throws IOException {
        Path script = Dist.clone("tests/clients/login.py");
        return new LoginProcess(new ProcessBuilder("python3", script.toString(), socket.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    long pid() {
        return process.pid();
    }

    /** Opens a session; gives the reply's parameters. */
    Map<?, ?> open(long uid, String service) throws IOException {
        return call("OpenSession", Map.of("owner", uid, "service", service));
    }

    /** Closes one. */
    void close(long uid, Map<?, ?> session) throws IOException {
        call("CloseSession", Map.of("owner", uid, "lease", String.valueOf(session.get("lease"))));
    }

    private Map<?, ?> call(String method, Map<String, Object> parameters) throws IOException {
        orders.append(method)
                .append(' ')
                .append(new String(Json.write(parameters), StandardCharsets.UTF_8))
                .append('\n')
                .flush();
        String line = replies.readLine();
        if (line == null) {
            throw new IOException(method + " was not answered");
        }
        try {
            Map<?, ?> reply = Json.parse(line.getBytes(StandardCharsets.UTF_8));
            if (reply.containsKey("error")) {
                throw new IOException(line);
            }
            return (Map<?, ?>) reply.get("parameters");
        } catch (MalformedMessageException e) {
            throw new IOException(line, e);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }
}
