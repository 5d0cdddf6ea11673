// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.pam;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a return value of a module does to the stack.
 *
 * @param text as it is written
 * @param actions by return value; {@code default} is for those that are not named
 */
public record PamControl(String text, Map<String, String> actions) {
    private static final String DEFAULT = "default";
    private static final String SUCCESS = "success";
    private static final Set<String> GOOD = Set.of(SUCCESS, "new_authtok_reqd");
    private static final Set<String> GOES_ON = Set.of("ok", "ignore");

    /** pam.conf(5) says what these stand for. */
    private static final Map<String, Map<String, String>> WORDS = Map.of(
            "required", Map.of(SUCCESS, "ok", "new_authtok_reqd", "ok", "ignore", "ignore", DEFAULT, "bad"),
            "requisite", Map.of(SUCCESS, "ok", "new_authtok_reqd", "ok", "ignore", "ignore", DEFAULT, "die"),
            "sufficient", Map.of(SUCCESS, "done", "new_authtok_reqd", "done", DEFAULT, "ignore"),
            "optional", Map.of(SUCCESS, "ok", "new_authtok_reqd", "ok", DEFAULT, "ignore"));

    public PamControl {
        actions = Map.copyOf(actions);
    }

    /** Reads a word, or pairs in brackets. What Linux-PAM does not know it refuses, which fails the whole stack. */
    static PamControl of(String text) {
        if (!text.startsWith("[")) {
            return new PamControl(text, WORDS.getOrDefault(text.toLowerCase(Locale.ROOT), Map.of(DEFAULT, "die")));
        }
        Map<String, String> actions = new HashMap<>();
        for (String pair : text.replaceAll("[\\[\\]]", " ").strip().split("\\s+", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                actions.put(
                        pair.substring(0, equals).toLowerCase(Locale.ROOT),
                        pair.substring(equals + 1).toLowerCase(Locale.ROOT));
            }
        }
        actions.putIfAbsent(DEFAULT, "bad");
        return new PamControl(text, actions);
    }

    private String onSuccess() {
        return actions.getOrDefault(SUCCESS, actions.get(DEFAULT));
    }

    /** Whether the rest of the stack is left out once the module succeeds. */
    boolean endsOnSuccess() {
        return onSuccess().equals("done") || onSuccess().equals("die");
    }

    /** How many rules are left out once the module succeeds. */
    int jumpOnSuccess() {
        return onSuccess().matches("[0-9]{1,4}") ? Integer.parseInt(onSuccess()) : 0;
    }

    /** Whether the rest of the stack goes on as if the module were not there, whatever it returns. */
    public boolean isHarmless() {
        return actions.entrySet().stream()
                .allMatch(action -> GOOD.contains(action.getKey())
                        ? GOES_ON.contains(action.getValue())
                        : action.getValue().equals("ignore"));
    }
}
