// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        return find(Map.of("it", wanted)).get("it");
    }

    /**
     * Every place of each of these, in one pass, since a process that was stopped for it cannot wait long.
     *
     * @param wanted what to look for, none of it empty
     */
    Map<String, List<Place>> find(Map<String, byte[]> wanted) throws IOException {
        Map<String, List<Place>> places = new LinkedHashMap<>();
        wanted.keySet().forEach(name -> places.put(name, new ArrayList<>()));
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
                    String flags = line.substring("VmFlags:".length());
                    for (Map.Entry<String, Long> found : search(memory, from, to, wanted)) {
                        places.get(found.getKey()).add(new Place(found.getValue(), map, flags));
                    }
                    map = "";
                    from = -1;
                }
            }
        }
        return places;
    }

    private static List<Map.Entry<String, Long>> search(
            RandomAccessFile memory, long from, long to, Map<String, byte[]> wanted) {
        List<Map.Entry<String, Long>> found = new ArrayList<>();
        boolean[] begins = new boolean[256];
        wanted.values().forEach(bytes -> begins[bytes[0] & 0xff] = true);
        int longest =
                wanted.values().stream().mapToInt(bytes -> bytes.length).max().orElseThrow();
        byte[] chunk = new byte[CHUNK_BYTES + longest - 1];
        for (long at = from; at < to; at += CHUNK_BYTES) {
            int length = (int) Math.min(chunk.length, to - at);
            if (!read(memory, at, chunk, length)) {
                continue;
            }
            for (int i = 0; i < Math.min(length, CHUNK_BYTES); i++) {
                if (begins[chunk[i] & 0xff]) {
                    for (Map.Entry<String, byte[]> one : wanted.entrySet()) {
                        if (matches(chunk, i, length, one.getValue())) {
                            found.add(Map.entry(one.getKey(), at + i));
                        }
                    }
                }
            }
        }
        return found;
    }

    private static boolean matches(byte[] chunk, int at, int length, byte[] wanted) {
        return at + wanted.length <= length && Arrays.equals(chunk, at, at + wanted.length, wanted, 0, wanted.length);
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
