// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.target;

import java.util.Optional;
import java.util.SortedMap;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.TargetType;

/** What a key opens, as a person names it and as its record keeps it. */
public final class Opens {
    static final String DEVICE = "device";
    static final String UUID = "uuid";
    static final String IDENTITY = "identity";

    private static final int MAX_CHARS = 255;

    private Opens() {}

    /** What the record keeps; empty for targets that are not told what they open. */
    public static Optional<Volume> of(KeyRecord key) {
        Volume volume = new Volume(key.attribute(DEVICE), key.attribute(UUID), key.attribute(IDENTITY));
        return volume.equals(new Volume(Optional.empty(), Optional.empty(), Optional.empty()))
                ? Optional.empty()
                : Optional.of(volume);
    }

    static void requireAbsent(KeySpec spec, TargetType type) {
        requireDeviceAbsent(spec, type);
        requireUuidAbsent(spec, type);
        requireIdentityAbsent(spec, type);
    }

    static void requireDeviceAbsent(KeySpec spec, TargetType type) {
        Refusal.requireAbsent(spec.opens().flatMap(Volume::device), "--device", type);
    }

    static void requireUuidAbsent(KeySpec spec, TargetType type) {
        Refusal.requireAbsent(spec.opens().flatMap(Volume::uuid), "--uuid", type);
    }

    static void requireIdentityAbsent(KeySpec spec, TargetType type) {
        Refusal.requireAbsent(spec.opens().flatMap(Volume::identity), "identity", type);
    }

    /** Keeps what is there of it. */
    static void put(SortedMap<String, String> attributes, KeySpec spec) {
        spec.opens().flatMap(Volume::device).ifPresent(text -> attributes.put(DEVICE, text));
        spec.opens().flatMap(Volume::uuid).ifPresent(text -> attributes.put(UUID, text));
        spec.opens().flatMap(Volume::identity).ifPresent(text -> attributes.put(IDENTITY, text));
    }

    /** A block device as crypttab(5) names it. */
    static void checkDevice(KeySpec spec) {
        String device = printable(required(spec.opens().flatMap(Volume::device), "--device"), "--device");
        if (!device.startsWith("/") && !device.matches("(UUID|PARTUUID|LABEL|PARTLABEL)=.+")) {
            throw Refusal.argument("--device", "it wants an absolute path or UUID=, PARTUUID=, LABEL= or PARTLABEL=");
        }
    }

    /** A ZFS dataset: components of letters, digits and {@code -_.: } (zfs(8)), no snapshot. */
    static void checkDataset(KeySpec spec) {
        String dataset = printable(required(spec.opens().flatMap(Volume::device), "--dataset"), "--dataset");
        boolean named = Character.isLetter(dataset.charAt(0));
        for (String component : dataset.split("/", -1)) {
            named &= component.matches("[A-Za-z0-9_.: -]+");
        }
        if (!named) {
            throw Refusal.argument("--dataset", "it is no name of a ZFS dataset, such as tank/home");
        }
    }

    static void checkUuid(KeySpec spec) {
        if (!uuid(spec).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
            throw Refusal.argument("--uuid", "it wants 32 lower-case hex digits in five groups");
        }
    }

    static String uuid(KeySpec spec) {
        return required(spec.opens().flatMap(Volume::uuid), "--uuid");
    }

    static void checkIdentity(KeySpec spec) {
        String identity = required(spec.opens().flatMap(Volume::identity), "identity");
        if (!identity.matches("[0-9a-f]{64}")) {
            throw Refusal.argument("identity", "it wants 64 lower-case hex digits");
        }
    }

    private static String required(Optional<String> value, String option) {
        return value.orElseThrow(() -> Refusal.argument(option, "a key of this target needs it"));
    }

    private static String printable(String text, String option) {
        if (text.isEmpty() || text.length() > MAX_CHARS || text.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.argument(option, "it has 1 to " + MAX_CHARS + " characters and no control characters");
        }
        return text;
    }
}
