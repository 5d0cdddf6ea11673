// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol.api;

/**
 * A method of the interface.
 *
 * @param name its name without interface, such as {@code AddKey}
 * @param request record of the parameters
 * @param reply record of the answer
 * @param upgrade whether secrets may cross, so that the call has to be made with {@code upgrade}
 * @param <Q> request type
 * @param <R> reply type
 */
public record Method<Q extends Request, R extends Record>(
        String name, Class<Q> request, Class<R> reply, boolean upgrade) {
    /** The interface all methods belong to. */
    public static final String INTERFACE = "org.tpmkeyring";

    /** The name that travels, such as {@code org.tpmkeyring.AddKey}. */
    public String qualifiedName() {
        return INTERFACE + "." + name;
    }
}
