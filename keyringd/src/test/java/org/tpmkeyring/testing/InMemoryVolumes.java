// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.testing;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.tpmkeyring.kernel.MappedVolumes;

/** Open volumes without a device mapper. */
public final class InMemoryVolumes implements MappedVolumes {
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    @Override
    public boolean isOpen(String name, String uuid) {
        return open.contains(name + " " + uuid);
    }

    public void open(String name, String uuid) {
        open.add(name + " " + uuid);
    }

    public void close(String name, String uuid) {
        open.remove(name + " " + uuid);
    }
}
