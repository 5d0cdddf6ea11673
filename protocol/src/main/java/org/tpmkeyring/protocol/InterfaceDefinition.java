// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The text of the interface definitions, in the Varlink interface definition language (varlink.org,
 * "Interface Definition"). This text is the contract for whoever is not Java; a test compares it with the
 * records of {@code api} and the table of {@link ErrorKind}.
 */
public final class InterfaceDefinition {
    /** The interface of keyringd. */
    public static final String KEYRING = "org.tpmkeyring";

    /** The interface that every Varlink service answers. */
    public static final String SERVICE = "org.varlink.service";

    /** All interfaces, in the order in which they are told. */
    public static final List<String> ALL = List.of(KEYRING, SERVICE);

    private InterfaceDefinition() {}

    /** The definition of an interface; empty when it is not one of {@link #ALL}. */
    public static Optional<String> of(String interfaceName) {
        return ALL.contains(interfaceName) ? Optional.of(read(interfaceName + ".varlink")) : Optional.empty();
    }

    private static String read(String resource) {
        try (InputStream text = InterfaceDefinition.class.getResourceAsStream(resource)) {
            if (text == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + resource, e);
        }
    }
}
