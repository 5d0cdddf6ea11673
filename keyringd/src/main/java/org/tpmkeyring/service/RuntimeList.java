// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.store.RuntimeRecord;
import org.tpmkeyring.store.StoreException;

/**
 * A short list that a daemon which is started again goes on with, as JSON objects in a file. One of another boot, one
 * that somebody else could have written and one that is not understood count as empty; one that cannot be written is
 * lost with the daemon. Both are logged and keep nothing else from being done.
 */
final class RuntimeList {
    private static final Logger LOG = System.getLogger(RuntimeList.class.getName());

    private static final String BOOT = "boot";
    private static final String ENTRIES = "entries";

    private final RuntimeRecord file;
    private final String boot;

    /**
     * @param boot id of this boot
     */
    RuntimeList(RuntimeRecord file, String boot) {
        this.file = file;
        this.boot = boot;
    }

    List<Map<?, ?>> read() {
        try {
            Optional<Bytes> contents = file.read();
            return contents.isEmpty()
                    ? List.of()
                    : entries(Json.parse(contents.get().toArray()));
        } catch (StoreException | MalformedMessageException e) {
            LOG.log(Level.WARNING, file.path() + " is left out of account: " + e.getMessage());
            return List.of();
        }
    }

    private List<Map<?, ?>> entries(Map<String, Object> tree) {
        if (!boot.equals(tree.get(BOOT)) || !(tree.get(ENTRIES) instanceof List<?> all)) {
            return List.of();
        }
        return all.stream()
                .filter(Map.class::isInstance)
                .<Map<?, ?>>map(entry -> (Map<?, ?>) entry)
                .toList();
    }

    void write(List<Map<String, Object>> entries) {
        try {
            file.write(Bytes.copyOf(Json.write(Map.of(BOOT, boot, ENTRIES, entries))));
        } catch (StoreException e) {
            LOG.log(Level.WARNING, file.path() + " cannot be written: " + e.getMessage());
        }
    }
}
