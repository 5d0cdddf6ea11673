// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.systemd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A descriptor that the service manager passed to the process by socket activation or out of its store
 * (sd_listen_fds_with_names(3)). Pure.
 *
 * @param descriptor number of the open descriptor, from 3 on
 * @param name by FileDescriptorName= of the socket unit, or by which it was stored
 */
public record PassedDescriptor(int descriptor, String name) {
    private static final int FIRST = 3;

    /** More than sockets and FileDescriptorStoreMax= of the unit together. */
    private static final int MOST = 600;

    private static final String NAMELESS = "unknown";

    /**
     * @param environment of the process; without LISTEN_PID nothing was passed
     * @param pid of this process: variables that were inherited from somebody else name another one
     * @return in the order of the descriptors
     */
    public static List<PassedDescriptor> in(Map<String, String> environment, long pid) {
        if (!String.valueOf(pid).equals(environment.get("LISTEN_PID"))) {
            return List.of();
        }
        String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
        List<PassedDescriptor> passed = new ArrayList<>();
        for (int i = 0; i < count(environment.getOrDefault("LISTEN_FDS", "")); i++) {
            String name = i < names.length && !names[i].isEmpty() ? names[i] : NAMELESS;
            passed.add(new PassedDescriptor(FIRST + i, name));
        }
        return passed;
    }

    private static int count(String text) {
        return text.matches("[0-9]{1,3}") ? Math.min(Integer.parseInt(text), MOST) : 0;
    }
}
