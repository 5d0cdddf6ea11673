// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tpm.esys.binding;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/** Zeroed memory outside the heap for C structures without secrets. It is given back when no longer referenced. */
public final class CMemory {
    private final ByteBuffer bytes;
    private final long address;

    private CMemory(ByteBuffer bytes) {
        this.bytes = bytes;
        this.address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
    }

    public static CMemory zeroed(int sizeBytes) {
        return new CMemory(ByteBuffer.allocateDirect(sizeBytes));
    }

    /** Valid as long as this object is referenced. */
    public long address() {
        return address;
    }

    public int size() {
        return bytes.capacity();
    }

    /** A copy of memory that belongs to somebody else. Never of secrets. */
    public static byte[] copyOf(long address, int length) {
        return new Pointer(address).getByteArray(0, length);
    }

    /** A 16-bit number in the byte order of the machine, such as the size in front of a TPM2B structure. */
    public static int unsignedShortAt(long address) {
        return new Pointer(address).getShort(0) & 0xFFFF;
    }
}
