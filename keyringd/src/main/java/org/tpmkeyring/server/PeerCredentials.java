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
 * @param pid 0 where it cannot be seen; it may be another process's once the peer does not wait for an answer any more
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
