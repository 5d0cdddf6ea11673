// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.time.Duration;
import org.tpmkeyring.protocol.wire.Limits;

/**
 * How much the server lets its clients have.
 *
 * @param perUid connections of one uid at a time, root apart
 * @param others connections of all uids but root together
 * @param root connections that only root can take, so that nobody else's flood keeps a login out; a lecture hall
 *     logs in at once
 * @param idle how long a connection may stay open without beginning a message
 * @param message how long a message may take to arrive, and a reply to be taken
 * @param secret how long a person has for a secret
 */
public record ServerLimits(int perUid, int others, int root, Duration idle, Duration message, Duration secret) {
    /** The limits of the product. */
    public static ServerLimits standard() {
        return new ServerLimits(8, 64, 64, Duration.ofSeconds(60), Limits.MESSAGE_DEADLINE, Limits.SECRET_DEADLINE);
    }
}
