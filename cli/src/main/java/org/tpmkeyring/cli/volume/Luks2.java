// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

/** The metadata of LUKS version 2, the JSON of {@code cryptsetup luksDump --dump-json-metadata}. */
final class Luks2 {
    private static final String KEYSLOTS = "keyslots";
    private static final String SEGMENTS = "segments";

    private Luks2() {}

    /**
     * @param json what luksDump printed
     * @param uuid of the binary header
     * @throws MalformedMessageException when it is not the metadata of a LUKS2 header
     */
    static LuksHeader parse(String json, String uuid) throws MalformedMessageException {
        Map<String, Object> metadata = Json.parse(json.getBytes(StandardCharsets.UTF_8));
        Map<?, ?> digests = object(metadata, "digests");
        Map<?, ?> segments = object(metadata, SEGMENTS);
        if (segments.isEmpty()) {
            throw new MalformedMessageException(SEGMENTS, "a volume has at least one");
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", 2L);
        facts.put("uuid", uuid);
        facts.put("digests", identifying(digests));
        facts.put(SEGMENTS, segments);
        Object requirements = object(metadata, "config").get("requirements");
        facts.put("requirements", requirements == null ? Map.of() : requirements);
        return new LuksHeader(
                2,
                uuid,
                Identity.of(facts),
                numbers(object(metadata, KEYSLOTS).keySet()),
                openingSlots(digests),
                tokens(object(metadata, "tokens")));
    }

    /** An unbound keyslot brings a digest of its own, which is of no volume key. */
    private static Map<String, Object> identifying(Map<?, ?> digests) throws MalformedMessageException {
        Map<String, Object> bare = new LinkedHashMap<>();
        digests.forEach((id, digest) -> {
            Map<Object, Object> kept = new LinkedHashMap<>((Map<?, ?>) digest);
            kept.remove(KEYSLOTS);
            if (!List.of().equals(kept.get(SEGMENTS))) {
                bare.put((String) id, kept);
            }
        });
        if (bare.isEmpty()) {
            throw new MalformedMessageException("digests", "none belongs to a segment");
        }
        return bare;
    }

    /** Keyslots of digests that belong to a segment; an unbound keyslot opens nothing. */
    private static SortedSet<Integer> openingSlots(Map<?, ?> digests) {
        SortedSet<Integer> slots = new TreeSet<>();
        digests.values().forEach(digest -> {
            if (digest instanceof Map<?, ?> members
                    && members.get(SEGMENTS) instanceof List<?> segments
                    && !segments.isEmpty()
                    && members.get(KEYSLOTS) instanceof List<?> keyslots) {
                slots.addAll(numbers(keyslots));
            }
        });
        return slots;
    }

    private static List<LuksHeader.Token> tokens(Map<?, ?> tokens) {
        List<LuksHeader.Token> found = new ArrayList<>();
        tokens.forEach((id, token) -> {
            if (token instanceof Map<?, ?> members) {
                found.add(new LuksHeader.Token(
                        Integer.parseInt((String) id),
                        text(members, "type"),
                        text(members, "key_description"),
                        members.get(KEYSLOTS) instanceof List<?> slots ? numbers(slots) : new TreeSet<>()));
            }
        });
        return found;
    }

    private static String text(Map<?, ?> members, String name) {
        return Optional.ofNullable(members.get(name)).map(String::valueOf).orElse("");
    }

    private static Map<?, ?> object(Map<String, Object> metadata, String name) throws MalformedMessageException {
        if (metadata.get(name) instanceof Map<?, ?> members
                && members.values().stream().allMatch(value -> name.equals("config") || value instanceof Map)) {
            return members;
        }
        throw new MalformedMessageException(name, "it is no object of objects");
    }

    private static SortedSet<Integer> numbers(Iterable<?> texts) {
        SortedSet<Integer> numbers = new TreeSet<>();
        texts.forEach(text -> numbers.add(Integer.parseInt(String.valueOf(text))));
        return numbers;
    }
}
