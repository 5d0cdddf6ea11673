// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads {@code Key=Value} lines; empty lines and lines that begin with {@code #} say nothing. Then the files
 * {@code FILE.d/*.conf}, by name; a later value takes the place of an earlier one. Files that do not exist are
 * empty.
 */
final class ConfigurationFile {
    private static final int MOST_BYTES = 1024 * 1024;

    private ConfigurationFile() {}

    /**
     * A value and where it stands.
     *
     * @param place {@code FILE:LINE} or the name of an option
     */
    record Value(String text, String place) {}

    /**
     * @throws ConfigurationException naming file and line
     */
    static Map<Setting, Value> read(Path file) throws ConfigurationException {
        Map<Setting, Value> values = new EnumMap<>(Setting.class);
        if (Files.exists(file)) {
            readOne(file, values);
        }
        for (Path dropIn : dropIns(file)) {
            readOne(dropIn, values);
        }
        return values;
    }

    private static Iterable<Path> dropIns(Path file) throws ConfigurationException {
        Path directory = file.resolveSibling(file.getFileName() + ".d");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.conf")) {
            TreeSet<Path> sorted = new TreeSet<>();
            found.forEach(sorted::add);
            return sorted;
        } catch (IOException e) {
            throw new ConfigurationException(directory.toString(), "it cannot be read: " + e.getMessage());
        }
    }

    private static void readOne(Path file, Map<Setting, Value> values) throws ConfigurationException {
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                readLine(line, file + ":" + (i + 1), values);
            }
        }
    }

    private static List<String> lines(Path file) throws ConfigurationException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new ConfigurationException(file.toString(), "it is longer than " + MOST_BYTES + " bytes");
            }
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConfigurationException(file.toString(), "it cannot be read: " + e.getMessage());
        }
    }

    private static void readLine(String line, String place, Map<Setting, Value> values) throws ConfigurationException {
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw new ConfigurationException(place, "a line is Key=Value");
        }
        String key = line.substring(0, equals).strip();
        Setting setting = Setting.byKey(key)
                .orElseThrow(() -> new ConfigurationException(
                        place, "there is no setting " + key + ", correct or delete this line"));
        values.put(setting, new Value(line.substring(equals + 1).strip(), place));
    }
}
