// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.server;

import java.io.IOException;
import jnr.unixsocket.Credentials;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;

/**
 * Who was at the other end when it connected (unix(7), SO_PEERCRED).
 *
 * @param uid for every decision
 * @param pid for log lines alone: it may be another process's by now
 */
public record PeerCredentials(long uid, int pid) {
    static PeerCredentials of(UnixSocketChannel channel) throws IOException {
        Credentials kernel = channel.getOption(UnixSocketOptions.SO_PEERCRED);
        return new PeerCredentials(Integer.toUnsignedLong(kernel.getUid()), kernel.getPid());
    }

    @Override
    public String toString() {
        return "uid " + uid + " (pid " + pid + ")";
    }
}
