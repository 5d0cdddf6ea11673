// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All that a process can read of its own memory, searched by way of {@code /proc/PID/mem}. */
final class ProcessMemory {
    private static final Pattern MAP = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (r...) \\S+ \\S+ \\S+ *(.*)");
    private static final int CHUNK_BYTES = 1 << 20;

    private final long pid;

    ProcessMemory(long pid) {
        this.pid = pid;
    }

    /**
     * Where something was found.
     *
     * @param address of its first byte
     * @param map line of {@code /proc/PID/smaps} that heads the mapping
     * @param flags VmFlags of the mapping
     */
    record Place(long address, String map, String flags) {
        /** Whether the mapping is locked into memory and left out of core dumps. */
        boolean isLockedAndUndumpable() {
            return (" " + flags + " ").contains(" lo ") && (" " + flags + " ").contains(" dd ");
        }
    }

    /** Every place where these bytes are. */
    List<Place> find(byte[] wanted) throws IOException {
        List<Place> places = new ArrayList<>();
        Path folder = Path.of("/proc", Long.toString(pid));
        try (RandomAccessFile memory =
                new RandomAccessFile(folder.resolve("mem").toFile(), "r")) {
            String map = "";
            long from = 0;
            long to = 0;
            for (String line : Files.readAllLines(folder.resolve("smaps"))) {
                Matcher header = MAP.matcher(line);
                if (header.matches()) {
                    map = line;
                    from = Long.parseUnsignedLong(header.group(1), 16);
                    to = Long.parseUnsignedLong(header.group(2), 16);
                } else if (line.startsWith("VmFlags:") && !map.endsWith("[vvar]") && from >= 0) {
                    search(memory, from, to, wanted, map, line.substring("VmFlags:".length()), places);
                    map = "";
                    from = -1;
                }
            }
        }
        return places;
    }

    private static void search(
            RandomAccessFile memory, long from, long to, byte[] wanted, String map, String flags, List<Place> places)
            throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES + wanted.length - 1];
        for (long at = from; at < to; at += CHUNK_BYTES) {
            int length = (int) Math.min(chunk.length, to - at);
            if (!read(memory, at, chunk, length)) {
                continue;
            }
            for (int i = 0; i + wanted.length <= length; i++) {
                if (matches(chunk, i, wanted)) {
                    places.add(new Place(at + i, map, flags));
                }
            }
        }
    }

    private static boolean matches(byte[] chunk, int at, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (chunk[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** Mappings may go away or be unreadable while we look: then there is nothing to find in them. */
    private static boolean read(RandomAccessFile memory, long at, byte[] chunk, int length) {
        try {
            memory.seek(at);
            memory.readFully(chunk, 0, length);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
