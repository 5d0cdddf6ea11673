// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The first bytes of a device, read in a thread of its own: a device may let its reader wait without end, such as a
 * multipath device that has lost its paths and queues.
 */
final class DeviceStart {
    private static final byte[] MAGIC = {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe};

    private final FutureTask<Optional<byte[]>> reading;

    private DeviceStart(Path device) {
        reading = new FutureTask<>(() -> luks(device));
        Thread thread = new Thread(reading, "start of " + device);
        thread.setDaemon(true);
        thread.start();
    }

    /** Begins to read. */
    static DeviceStart of(Path device) {
        return new DeviceStart(device);
    }

    /**
     * The bytes, when it has a LUKS header of either version; empty when what it begins with is something else.
     *
     * @throws IOException when it cannot be read
     * @throws TimeoutException when it does not answer in time
     */
    Optional<byte[]> await(Duration limit) throws IOException, TimeoutException {
        try {
            return reading.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Optional<byte[]> luks(Path device) throws IOException {
        try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(Luks1.HEADER_BYTES);
            int count = 0;
            while (bytes.hasRemaining() && count >= 0) {
                count = channel.read(bytes);
            }
            boolean luks =
                    !bytes.hasRemaining() && Arrays.equals(bytes.array(), 0, MAGIC.length, MAGIC, 0, MAGIC.length);
            return luks ? Optional.of(bytes.array()) : Optional.empty();
        }
    }
}
