// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.completion;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The fixed parts of the scripts, kept as shell so that they can be read as such. */
final class ShellTemplate {
    private ShellTemplate() {}

    static String load(String name) {
        try (InputStream text = ShellTemplate.class.getResourceAsStream(name)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the template " + name + " is not readable", e);
        }
    }
}
