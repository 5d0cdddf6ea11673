// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

/**
 * {@code tests/vectors/kernel-command-lines.json}, which keyringd and the generator of mount units have to read alike.
 *
 * @param shell those that ask for a shell instead of the system
 * @param system those that do not
 */
public record CommandLines(List<String> shell, List<String> system) {
    private static final Path VECTORS = Path.of("../tests/vectors/kernel-command-lines.json");

    /**
     * The lines, for a machine with the links of units that they name.
     *
     * @param root taken for {@code /}
     */
    public static CommandLines below(Path root) throws IOException, MalformedMessageException {
        Map<String, Object> vectors = Json.parse(Files.readAllBytes(VECTORS));
        for (Map.Entry<?, ?> link : ((Map<?, ?>) vectors.get("links")).entrySet()) {
            Path file = root.resolve(((String) link.getKey()).substring(1));
            Files.createDirectories(file.getParent());
            Files.createSymbolicLink(file, Path.of((String) link.getValue()));
        }
        return new CommandLines(texts(vectors.get("shell")), texts(vectors.get("system")));
    }

    private static List<String> texts(Object list) {
        return ((List<?>) list).stream().map(String.class::cast).toList();
    }
}
