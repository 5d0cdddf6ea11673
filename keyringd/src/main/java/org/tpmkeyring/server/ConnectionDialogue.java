// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.io.IOException;
import java.net.SocketTimeoutException;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;
import org.tpmkeyring.protocol.wire.SecretOffered;
import org.tpmkeyring.protocol.wire.SecretWanted;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.service.SecretDialogue;

/**
 * The secret dialogue of one call on its connection, as the package comment of {@code protocol.wire} has it.
 * Secrets go between the socket and the pages of a {@link SecretBuffer} and touch nothing else. Whatever goes
 * wrong ends the call with a {@link KeyringException}, so that nothing is committed.
 */
final class ConnectionDialogue implements SecretDialogue {
    private final SocketStream stream;
    private final ServerLimits limits;
    private final boolean secretsMayCross;

    /**
     * @param secretsMayCross whether the call was made with {@code upgrade}; every step is refused otherwise
     */
    ConnectionDialogue(SocketStream stream, ServerLimits limits, boolean secretsMayCross) {
        this.stream = stream;
        this.limits = limits;
        this.secretsMayCross = secretsMayCross;
    }

    /** Work on the stream. */
    @FunctionalInterface
    private interface Step<T> {
        T run(Deadline deadline) throws IOException, MalformedMessageException;
    }

    @Override
    public boolean possible() {
        return secretsMayCross;
    }

    @Override
    public SecretBuffer want(String label, int maxBytes) {
        return step("send the " + label, deadline -> {
            send(ReplyMessage.step(RecordCodec.toTree(new SecretWanted(label, maxBytes))));
            int length = stream.readFrameLength(deadline);
            if (length == 0) {
                throw refusal(label, "a secret is needed, none was given");
            }
            if (length > maxBytes) {
                throw refusal(label, "it has " + length + " bytes, at most " + maxBytes + " are possible");
            }
            return receive(length, deadline);
        });
    }

    private SecretBuffer receive(int length, Deadline deadline) throws IOException {
        SecretBuffer secret = SecretBuffer.allocate(length);
        try {
            stream.readSecret(secret, deadline);
            return secret;
        } catch (IOException | RuntimeException e) {
            secret.close();
            throw e;
        }
    }

    @Override
    public void offer(String label, SecretBuffer secret) {
        step("confirm the " + label, deadline -> {
            send(ReplyMessage.step(RecordCodec.toTree(new SecretOffered(label))));
            stream.writeFrame(secret, limits.message());
            if (stream.readFrameLength(deadline) != 0) {
                throw new MalformedMessageException("", "an empty frame was due, to confirm the " + label);
            }
            return label;
        });
    }

    private void send(ReplyMessage message) throws IOException {
        stream.writeMessage(message.toJson(), limits.message());
    }

    private <T> T step(String action, Step<T> step) {
        if (!secretsMayCross) {
            throw broken("a secret has to cross, which takes a call with upgrade");
        }
        try {
            if (stream.hasUnread()) {
                throw broken("something was sent that nobody had asked for");
            }
            return step.run(Deadline.in(limits.secret()));
        } catch (MalformedMessageException e) {
            throw broken(e.getMessage());
        } catch (SocketTimeoutException e) {
            throw KeyringException.of(ErrorKind.DEADLINE_EXCEEDED)
                    .with("seconds", limits.secret().toSeconds())
                    .with("action", action)
                    .causedBy(e)
                    .build();
        } catch (IOException e) {
            throw KeyringException.of(ErrorKind.BAD_MESSAGE)
                    .with("reason", "the client went away before it could " + action)
                    .causedBy(e)
                    .build();
        }
    }

    private static KeyringException broken(String reason) {
        return KeyringException.of(ErrorKind.BAD_MESSAGE).with("reason", reason).build();
    }

    private static KeyringException refusal(String label, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", label)
                .with("reason", reason)
                .build();
    }
}
