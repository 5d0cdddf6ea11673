// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/** Pages of help that belong to no command; their texts are resources beside this class. */
final class HelpTopics implements Iterable<String> {
    private static final List<String> NAMES = List.of("names", "pcrs", "exit-status");

    static boolean has(String topic) {
        return NAMES.contains(topic);
    }

    static String text(String topic) {
        try (InputStream page = HelpTopics.class.getResourceAsStream("help-" + topic + ".txt")) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the page of " + topic + " is not readable", e);
        }
    }

    @Override
    public Iterator<String> iterator() {
        return NAMES.iterator();
    }
}
