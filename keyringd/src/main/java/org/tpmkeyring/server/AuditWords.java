// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tpmkeyring.audit.AuditField;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.api.ChangePassword;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.ImportEcryptfs;
import org.tpmkeyring.protocol.api.KeyOutcome;
import org.tpmkeyring.protocol.api.KeyResult;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.Recover;
import org.tpmkeyring.protocol.api.ReleaseAuthtok;
import org.tpmkeyring.protocol.api.RemoveKey;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.api.VaultInfo;
import org.tpmkeyring.protocol.api.VaultOutcome;
import org.tpmkeyring.protocol.wire.RecordCodec;

/** Puts requests and replies into the words of an audit line. Records hold no secrets, so neither do these. */
final class AuditWords {
    private static final int LONGEST_NAME = 64;
    private static final String VAULT = "vault";
    private static final String VAULTS = "vaults";

    /** As {@code service.PcrComparison} words it. */
    private static final Pattern CHANGED_PCRS = Pattern.compile("\\bPCRs? (?<list>[0-9, ]+) of ");

    private static final Map<String, AuditField> FIELDS =
            Map.of("name", AuditField.KEY, VAULT, AuditField.VAULT, "owner", AuditField.OWNER);

    private static final Map<String, String> SUBJECTS = Map.of(
            "name",
            "key",
            VAULT,
            "vault",
            VAULTS,
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
            "for",
            "service",
            "by");
    private static final List<String> ORDER =
            List.of("name", "target", "protector", VAULT, VAULTS, "volume", "owner", "newName", "service");

    private AuditWords() {}

    /**
     * What a request is about, such as {@code key 'home' vault 'default'}; may be empty.
     *
     * @param vault the one that is meant, where the request does not name it or names others, too
     */
    static String subject(Record request, Optional<String> vault) {
        Map<String, Object> tree = new LinkedHashMap<>(RecordCodec.toTree(request));
        if (vault.isPresent() && !tree.containsKey(VAULT)) {
            tree.remove(VAULTS);
            tree.put(VAULT, vault.get());
        }
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

    /** What a request says of itself for searching. Vaults are left out where it names several. */
    static Map<AuditField, String> fields(Record request) {
        Map<String, Object> tree = RecordCodec.toTree(request);
        Map<AuditField, String> fields = new EnumMap<>(AuditField.class);
        FIELDS.forEach((member, field) -> {
            if (tree.get(member) != null) {
                fields.put(field, shortened(String.valueOf(tree.get(member))));
            }
        });
        if (tree.get(VAULTS) instanceof List<?> names && names.size() == 1) {
            fields.put(AuditField.VAULT, shortened(String.valueOf(names.get(0))));
        }
        return fields;
    }

    /** The vaults that a reply tells of one by one. */
    static List<VaultOutcome> vaults(Record reply) {
        if (reply instanceof Unlock.Reply unlocked) {
            return unlocked.vaults();
        }
        if (reply instanceof Lock.Reply locked) {
            return locked.vaults();
        }
        return reply instanceof Recover.Reply recovered ? List.of(recovered.outcome()) : List.of();
    }

    /** What was done, such as {@code added, delivered 1 key}. */
    static String outcome(Record reply) {
        if (reply instanceof Unlock.Reply || reply instanceof Lock.Reply) {
            return "nothing to do";
        }
        if (reply instanceof AddKey.Reply added) {
            return "added" + made(added.createdVault()) + ", " + keys(List.of(added.delivery()));
        }
        if (reply instanceof ImportEcryptfs.Reply imported) {
            return "imported" + made(imported.createdVault()) + ", " + keys(List.of(imported.delivery()));
        }
        if (reply instanceof ReleaseAuthtok.Reply answered) {
            return answered.released() ? "released" : "nothing to release";
        }
        if (reply instanceof RemoveKey.Reply removed) {
            return "destroyed, " + keys(List.of(removed.removal()));
        }
        if (reply instanceof ChangePassword.Reply changed) {
            return "changed " + changed.changed() + " of " + (changed.changed() + changed.left()) + " protectors";
        }
        if (reply instanceof CloseDoor.Reply closed) {
            return door(closed);
        }
        return "done";
    }

    private static String made(Optional<VaultInfo> created) {
        return created.map(vault -> ", made vault " + shown(vault.name())).orElse("");
    }

    private static String door(CloseDoor.Reply reply) {
        String done = reply.extended()
                ? "closed by extending PCR " + reply.door().pcr().orElseThrow()
                : "left " + reply.door().state().name().toLowerCase(Locale.ROOT);
        List<KeyOutcome> taken =
                reply.vaults().stream().flatMap(vault -> vault.taken().stream()).toList();
        return done + (taken.isEmpty() ? "" : ", " + keys(taken));
    }

    /** What became of one vault, such as {@code delivered 3 keys via tpm2-1}. */
    static String vault(VaultOutcome outcome) {
        Optional<String> refused = outcome.error()
                .map(error -> "refused " + simpleName(error)
                        + outcome.reason().map(reason -> ": " + reason).orElse(""));
        String via = outcome.protector().map(id -> " via " + id).orElse("");
        return refused.orElseGet(() -> keys(outcome.keys()) + via);
    }

    /** Whether nothing of what was wanted of a vault is left to do. */
    static boolean isWhole(VaultOutcome outcome) {
        return outcome.error().isEmpty()
                && outcome.keys().stream()
                        .noneMatch(key -> key.result() == KeyResult.FAILED || key.result() == KeyResult.BUSY);
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

    /** The last part of a name with dots. */
    static String simpleName(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** The PCRs that a sentence about changed ones names, such as {@code 4,7}; empty when it names none. */
    static String pcrs(String sentence) {
        Matcher named = CHANGED_PCRS.matcher(sentence);
        return named.find() ? named.group("list").replace(" ", "") : "";
    }

    /** The vault that a reply tells of, for a request that named none. */
    static Optional<String> vaultOf(Record reply) {
        if (reply instanceof ImportEcryptfs.Reply imported) {
            return Optional.of(imported.key().vault());
        }
        return reply instanceof AddKey.Reply added ? Optional.of(added.key().vault()) : Optional.empty();
    }
}
