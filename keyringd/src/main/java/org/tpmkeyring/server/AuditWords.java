// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.wire.RecordCodec;

/** Puts requests and replies into the words of an audit line. Records hold no secrets, so neither do these. */
final class AuditWords {
    private static final int LONGEST_NAME = 64;
    private static final Map<String, String> SUBJECTS = Map.of(
            "name",
            "key",
            "vault",
            "vault",
            "vaults",
            "vaults",
            "volume",
            "volume",
            "protector",
            "protector",
            "owner",
            "of uid",
            "newName",
            "as",
            "target",
            "for");
    private static final List<String> ORDER =
            List.of("name", "target", "protector", "vault", "vaults", "volume", "owner", "newName");

    private AuditWords() {}

    /** What a request is about, such as {@code key 'home' vault 'default'}; may be empty. */
    static String subject(Record request) {
        Map<String, Object> tree = RecordCodec.toTree(request);
        List<String> words = new ArrayList<>();
        for (String member : ORDER) {
            Object value = tree.get(member);
            if (value != null && !List.of().equals(value)) {
                words.add(SUBJECTS.get(member) + " " + shown(value));
            }
        }
        if (Boolean.TRUE.equals(tree.get("all"))) {
            words.add("all");
        }
        return String.join(" ", words);
    }

    private static String shown(Object value) {
        if (value instanceof List<?> names) {
            return names.stream().map(AuditWords::shown).collect(Collectors.joining(", "));
        }
        if (value instanceof Long number) {
            return number.toString();
        }
        return "'" + shortened(String.valueOf(value)) + "'";
    }

    /** A text from a client, cut to a length that fits into a line. */
    static String shortened(String text) {
        return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "...";
    }

    /** What was done, such as {@code delivered 3 keys via tpm2-1}. */
    static String outcome(Record reply) {
        if (reply instanceof Unlock.Reply unlocked) {
            return vaults(unlocked.vaults());
        }
        if (reply instanceof Lock.Reply locked) {
            return vaults(locked.vaults());
        }
        if (reply instanceof Recover.Reply recovered) {
            return vault(recovered.outcome());
        }
        if (reply instanceof AddKey.Reply added) {
            String made = added.createdVault()
                    .map(vault -> ", made vault " + shown(vault.name()))
                    .orElse("");
            return "added" + made + ", " + keys(List.of(added.delivery()));
        }
        if (reply instanceof RemoveKey.Reply removed) {
            return "destroyed, " + keys(List.of(removed.removal()));
        }
        if (reply instanceof CloseDoor.Reply closed) {
            return door(closed);
        }
        return "done";
    }

    private static String door(CloseDoor.Reply reply) {
        String done = reply.extended()
                ? "closed by extending PCR " + reply.door().pcr().orElseThrow()
                : "left " + reply.door().state().name().toLowerCase(Locale.ROOT);
        List<KeyOutcome> taken =
                reply.vaults().stream().flatMap(vault -> vault.taken().stream()).toList();
        return done + (taken.isEmpty() ? "" : ", " + keys(taken));
    }

    private static String vaults(List<VaultOutcome> outcomes) {
        if (outcomes.isEmpty()) {
            return "nothing to do";
        }
        if (outcomes.size() == 1) {
            return vault(outcomes.get(0));
        }
        return outcomes.stream()
                .map(outcome -> "vault " + shown(outcome.vault()) + " " + vault(outcome))
                .collect(Collectors.joining("; "));
    }

    private static String vault(VaultOutcome outcome) {
        Optional<String> refused = outcome.error()
                .map(error -> "refused " + error.substring(error.lastIndexOf('.') + 1)
                        + outcome.reason().map(reason -> ": " + reason).orElse(""));
        String via = outcome.protector().map(id -> " via " + id).orElse("");
        return refused.orElseGet(() -> keys(outcome.keys()) + via);
    }

    private static String keys(List<KeyOutcome> outcomes) {
        Map<KeyResult, List<KeyOutcome>> byResult = outcomes.stream()
                .collect(Collectors.groupingBy(
                        KeyOutcome::result, () -> new EnumMap<>(KeyResult.class), Collectors.toList()));
        if (byResult.isEmpty()) {
            return "no keys";
        }
        List<String> words = new ArrayList<>();
        byResult.forEach((result, keys) -> words.add(words(result, keys)));
        return String.join(", ", words);
    }

    private static String words(KeyResult result, List<KeyOutcome> keys) {
        String count = keys.size() + (keys.size() == 1 ? " key" : " keys");
        return switch (result) {
            case DELIVERED -> "delivered " + count;
            case IN_PLACE -> count + " in place";
            case REMOVED -> "removed " + count;
            case ABSENT -> count + " absent";
            case BUSY -> count + " busy " + reasons(keys);
            case FAILED -> count + " failed " + reasons(keys);
        };
    }

    private static String reasons(List<KeyOutcome> keys) {
        return keys.stream()
                .map(key -> shown(key.name())
                        + key.reason().map(reason -> ": " + reason).orElse(""))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    /** Whether a request says itself which vault it means. */
    static boolean namesVault(Record request) {
        Map<String, Object> tree = RecordCodec.toTree(request);
        return tree.containsKey("vault") || !List.of().equals(tree.getOrDefault("vaults", List.of()));
    }

    /** The vault a reply tells of, for a request that named none; may be empty. */
    static String vaultOf(Record reply) {
        List<String> names = List.of();
        if (reply instanceof Unlock.Reply unlocked) {
            names = unlocked.vaults().stream().map(VaultOutcome::vault).toList();
        } else if (reply instanceof Lock.Reply locked) {
            names = locked.vaults().stream().map(VaultOutcome::vault).toList();
        } else if (reply instanceof AddKey.Reply added) {
            names = List.of(added.key().vault());
        }
        return names.size() == 1 ? "vault " + shown(names.get(0)) : "";
    }
}
