// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.secret.SecretBuffer;

/** A person with answers prepared. Test secrets are hex text here, which no production code may do. */
final class ScriptedDialogue implements SecretDialogue {
    private final Deque<String> answers = new ArrayDeque<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final List<Offer> offers = new ArrayList<>();
    private Runnable whenOffered = () -> {};

    /** A secret that was shown. */
    record Offer(String label, String hex) {}

    /** Has this answer ready for the next question. */
    ScriptedDialogue answering(String hex) {
        answers.add(hex);
        return this;
    }

    /** Has no secret of this label, whatever is prepared. */
    ScriptedDialogue without(String label) {
        missing.add(label);
        return this;
    }

    /** Does this when shown a secret, in the place of confirming it if it throws. */
    ScriptedDialogue whenOffered(Runnable reaction) {
        whenOffered = reaction;
        return this;
    }

    /** Never confirms. */
    ScriptedDialogue refusingOffers() {
        return whenOffered(() -> {
            throw KeyringException.of(ErrorKind.DEADLINE_EXCEEDED)
                    .with("seconds", 60)
                    .with("action", "the recovery key")
                    .build();
        });
    }

    List<String> asked() {
        return asked;
    }

    List<Offer> offers() {
        return offers;
    }

    /** The only recovery key that was shown, hex. */
    String recoveryKey() {
        List<String> shown = offers.stream()
                .filter(offer -> offer.label().equals("recovery-key"))
                .map(Offer::hex)
                .toList();
        if (shown.size() != 1) {
            throw new AssertionError(shown.size() + " recovery keys were shown");
        }
        return shown.get(0);
    }

    @Override
    public boolean possible() {
        return true;
    }

    @Override
    public SecretBuffer want(String label, int maxBytes) {
        asked.add(label);
        String answer = missing.contains(label) ? null : answers.poll();
        if (answer == null) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", label)
                    .with("reason", "none was given")
                    .build();
        }
        return buffer(answer);
    }

    @Override
    public void offer(String label, SecretBuffer secret) {
        whenOffered.run();
        offers.add(new Offer(label, hex(secret)));
    }

    static SecretBuffer buffer(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        SecretBuffer secret = SecretBuffer.allocate(bytes.length);
        return secret.withBytes(view -> {
            view.put(bytes);
            return secret;
        });
    }

    static String hex(SecretBuffer secret) {
        return secret.withBytes(view -> {
            byte[] bytes = new byte[view.remaining()];
            view.get(bytes);
            return HexFormat.of().formatHex(bytes);
        });
    }
}
