// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.terminal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The terminal of the person who typed the command. */
public interface Terminal {
    /** Whether there is one to show things on. */
    boolean present();

    /** Whether questions may be asked: there is one, and standard input is not something else. */
    boolean interactive();

    /** Shows text as it is. */
    void show(String text) throws IOException;

    /** Shows bytes of a direct buffer, from position to limit, without a copy on the heap. */
    void show(ByteBuffer bytes) throws IOException;

    /**
     * Asks, and reads one line as bytes, its line break left out.
     *
     * @param question shown once typing is unseen, where it is to be: who types or pastes quickly is safe too
     * @param into direct buffer; holds the line from position to limit afterwards
     * @param echo whether the typing is to be seen
     * @return false at the end of input
     * @throws IOException when the line does not fit; the rest of it is thrown away
     */
    boolean ask(String question, ByteBuffer into, boolean echo) throws IOException;

    /** Width in columns, 80 where it cannot be told. */
    int columns();
}
