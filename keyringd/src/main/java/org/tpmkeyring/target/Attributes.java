// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import org.tpmkeyring.key.KeyRecord;

/** Reads the attributes that a target wrote itself. */
final class Attributes {
    private Attributes() {}

    /**
     * @throws IllegalStateException when the record has no such attribute, which only another program's or a
     *     newer version's record can lack
     */
    static String require(KeyRecord key, String attribute) {
        return key.attribute(attribute)
                .orElseThrow(() ->
                        new IllegalStateException("key '" + key.name() + "' has no attribute '" + attribute + "'"));
    }
}
