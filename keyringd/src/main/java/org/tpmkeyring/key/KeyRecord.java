// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.key;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.TargetType;

/**
 * All that is known of a key but its secret. Every field is authenticated together with the secret.
 *
 * @param name unique among its owner's keys
 * @param target kernel consumer
 * @param attributes what the target needs, under names that the target defines, such as {@code description},
 *     {@code signature}, {@code identifier} or {@code mount}
 * @param sizeBytes length of the secret as the person gave it or ordered it
 * @param created seconds since the epoch
 */
public record KeyRecord(
        KeyName name, TargetType target, SortedMap<String, String> attributes, int sizeBytes, long created) {
    public KeyRecord {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    public KeyRecord(KeyName name, TargetType target, Map<String, String> attributes, int sizeBytes, long created) {
        this(name, target, new TreeMap<>(attributes), sizeBytes, created);
    }

    public Optional<String> attribute(String attribute) {
        return Optional.ofNullable(attributes.get(attribute));
    }
}
