// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.protocol.api.Method;
import org.tpmkeyring.protocol.api.Request;

/** Which handler answers which method. Filled once while the daemon is wired, then only read. */
public final class Handlers {
    private final Map<String, Entry<?, ?>> byName = new LinkedHashMap<>();

    /** Registers a handler. */
    public <Q extends Request, R extends Record> Handlers add(Method<Q, R> method, Handler<Q, R> handler) {
        if (byName.put(method.qualifiedName(), new Entry<>(method, handler)) != null) {
            throw new IllegalStateException(method.qualifiedName() + " has two handlers");
        }
        return this;
    }

    /** The handler for a fully qualified method name. */
    public Optional<Entry<?, ?>> find(String qualifiedName) {
        return Optional.ofNullable(byName.get(qualifiedName));
    }

    /** A method and its handler. */
    public record Entry<Q extends Request, R extends Record>(Method<Q, R> method, Handler<Q, R> handler) {}
}
