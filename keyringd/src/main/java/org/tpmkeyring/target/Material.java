// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.SortedMap;
import org.tpmkeyring.secret.SecretBuffer;

/**
 * What {@link Target#make} made.
 *
 * @param attributes for the key's record
 * @param stored the secret to wrap; closing the material closes it
 * @param sizeBytes length to show to people
 */
public record Material(SortedMap<String, String> attributes, SecretBuffer stored, int sizeBytes)
        implements AutoCloseable {
    @Override
    public void close() {
        stored.close();
    }
}
