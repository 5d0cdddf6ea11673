// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.store;

import java.util.Optional;
import org.tpmkeyring.protocol.value.Bytes;

/** One small file that need not outlive the machine's next boot. */
public interface RuntimeRecord {
    /** Where it is, for messages. */
    String path();

    /**
     * The contents; empty when there are none.
     *
     * @throws StoreException.Unsafe when somebody else could have written them
     */
    Optional<Bytes> read() throws StoreException;

    /** Replaces the contents in one step: afterwards, and after a crash, the old or the new ones are there, whole. */
    void write(Bytes contents) throws StoreException;

    /** Forgets the contents. */
    void delete() throws StoreException;
}
