// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.server.ListeningSocket;
import org.tpmkeyring.server.binding.ListenCalls;
import org.tpmkeyring.systemd.PassedDescriptor;

/**
 * The sockets, and the processes of sessions, that the service manager passed, each to be taken once by the name that its unit gives it. Taking
 * none of them is fine: a daemon that was started by hand binds its own.
 */
final class ActivatedSockets {
    /** FileDescriptorName= of keyringd.socket. */
    static final String VARLINK = "varlink";

    /** FileDescriptorName= of keyringd-cryptsetup.socket. */
    static final String CRYPTSETUP = "cryptsetup";

    /** Before the lease in the names of descriptors that are no sockets: processes that opened sessions. */
    static final String LEASE = "lease-";

    private static final System.Logger LOG = System.getLogger(ActivatedSockets.class.getName());

    private final List<PassedDescriptor> left;

    ActivatedSockets(List<PassedDescriptor> passed) {
        left = new ArrayList<>(passed);
    }

    /**
     * The socket with this name, the first if there are several.
     *
     * @return the caller owns it; empty when none was passed
     * @throws org.tpmkeyring.protocol.KeyringException BAD_ARGUMENT when it is no listening stream socket of AF_UNIX
     */
    Optional<ListeningSocket> take(String name) {
        Iterator<PassedDescriptor> all = left.iterator();
        while (all.hasNext()) {
            PassedDescriptor next = all.next();
            if (next.name().equals(name)) {
                all.remove();
                return Optional.of(ListeningSocket.adopt(next.descriptor(), name));
            }
        }
        return Optional.empty();
    }

    /** The processes that the daemon before held, by lease; the caller owns the descriptors. */
    Map<String, Integer> takeProcesses() {
        Map<String, Integer> processes = new HashMap<>();
        for (PassedDescriptor next : List.copyOf(left)) {
            if (next.name().startsWith(LEASE)
                    && processes.putIfAbsent(next.name().substring(LEASE.length()), next.descriptor()) == null) {
                left.remove(next);
            }
        }
        return processes;
    }

    /** Closes what nobody took, and says so: a client that connects there waits for an answer in vain. */
    void closeOthers() {
        for (PassedDescriptor other : left) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the service manager passed a socket ''{0}'' that is of no use here, closing it",
                    other.name());
            ListenCalls.closeDescriptor(other.descriptor());
        }
        left.clear();
    }
}
