// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A parser for the Varlink interface definition language, as much of it as our definitions use. Structures
 * become maps from member to type text; an enumeration's members have the empty type.
 */
final class VarlinkText {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z][A-Za-z0-9_.]*|->|\\[\\]|[?:,()]|\\S");

    final Map<String, Map<String, String>> types = new LinkedHashMap<>();
    final Map<String, Map<String, String>> inputs = new LinkedHashMap<>();
    final Map<String, Map<String, String>> outputs = new LinkedHashMap<>();
    final Map<String, Map<String, String>> errors = new LinkedHashMap<>();
    final String name;

    private final List<String> tokens;
    private int next;

    VarlinkText(String text) {
        String bare = text.replaceAll("(?m)#.*$", "");
        tokens = TOKEN.matcher(bare).results().map(MatchResult::group).toList();
        expect("interface");
        name = take();
        while (next < tokens.size()) {
            member();
        }
    }

    private void member() {
        String kind = take();
        String memberName = take();
        switch (kind) {
            case "type" -> put(types, memberName, structure());
            case "error" -> put(errors, memberName, structure());
            case "method" -> {
                put(inputs, memberName, structure());
                expect("->");
                put(outputs, memberName, structure());
            }
            default -> throw new IllegalArgumentException("neither type, method nor error: " + kind);
        }
    }

    private static <T> void put(Map<String, T> map, String key, T value) {
        if (map.put(key, value) != null) {
            throw new IllegalArgumentException(key + " is defined twice");
        }
    }

    private Map<String, String> structure() {
        Map<String, String> members = new LinkedHashMap<>();
        expect("(");
        while (!tokens.get(next).equals(")")) {
            String memberName = take();
            put(members, memberName, tokens.get(next).equals(":") ? type() : "");
            if (!tokens.get(next).equals(")")) {
                expect(",");
            }
        }
        expect(")");
        return members;
    }

    private String type() {
        expect(":");
        StringBuilder type = new StringBuilder();
        while (!tokens.get(next).equals(",") && !tokens.get(next).equals(")")) {
            type.append(take());
        }
        return type.toString();
    }

    private String take() {
        return tokens.get(next++);
    }

    private void expect(String token) {
        String found = take();
        if (!found.equals(token)) {
            throw new IllegalArgumentException("expected " + token + " at token " + next + ", found " + found);
        }
    }
}
