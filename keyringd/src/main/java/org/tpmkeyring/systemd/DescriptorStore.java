// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import org.tpmkeyring.systemd.binding.SystemdCalls;

/**
 * Descriptors that the service manager keeps while the daemon is started again (sd_pid_notify_with_fds(3), FDSTORE),
 * and then passes like sockets, see {@link PassedDescriptor}. Without service manager, or without libsystemd, nothing
 * is kept. Throws nothing.
 */
public final class DescriptorStore {
    private static final System.Logger LOG = System.getLogger(DescriptorStore.class.getName());

    private final String prefix;
    private boolean missing;

    /**
     * @param prefix of the names under which the descriptors are passed; letters, digits and dashes
     */
    public DescriptorStore(String prefix) {
        this.prefix = prefix;
    }

    /**
     * @param name letters and digits
     * @param descriptor stays the caller's; the service manager gets another one of the same
     */
    public void keep(String name, int descriptor) {
        notify("FDSTORE=1\nFDNAME=" + prefix + name, descriptor);
    }

    /** Has a descriptor closed; nothing happens when it is not kept. */
    public void drop(String name) {
        notify("FDSTOREREMOVE=1\nFDNAME=" + prefix + name);
    }

    private synchronized void notify(String state, int... descriptors) {
        if (missing) {
            return;
        }
        try {
            int sent = SystemdCalls.sd_pid_notify_with_fds(0, 0, state, descriptors, descriptors.length);
            if (sent < 0) {
                LOG.log(System.Logger.Level.WARNING, "the service manager did not take a descriptor, error " + -sent);
            }
        } catch (LinkageError e) {
            missing = true;
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "without libsystemd.so.0 sessions are found again by their processes' numbers",
                    e);
        }
    }
}
