// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.wire.MalformedMessageException;

/**
 * A LUKS header in a file, of version 1 at first, a cryptsetup that copies headers, tells the metadata and writes
 * down how it is called, and a feed-key that knows which keyslots the key opens.
 */
public final class FakeVolume {
    private static final int UUID = 168;
    private static final String UUID_TEXT = "0f4c1d2e-0000-4000-8000-00000000abcd";
    private static final int SLOTS = 208;
    private static final int SLOT_BYTES = 48;
    private static final int ACTIVE = 0x00AC71F3;

    /** The programs, as PATH has them. */
    public final Path programs;

    /** The product's own helpers. */
    public final Path library;

    private final Path image;
    private final Path log;
    private final Path metadata;
    private final List<String> tokens = new ArrayList<>();
    private int[] slots;
    private byte version = 1;

    /**
     * @param slots keyslots that are taken
     */
    public FakeVolume(Path directory, int... slots) throws IOException {
        programs = Files.createDirectory(directory.resolve("programs"));
        library = Files.createDirectory(directory.resolve("library"));
        image = directory.resolve("volume");
        log = Files.createFile(directory.resolve("log"));
        metadata = directory.resolve("metadata");
        cryptsetup("case $1 in luksHeaderBackup) cp $2 $4 ;; luksDump) cat " + metadata + " ;; esac");
        opened("none");
        slots(slots);
    }

    /** Changes which keyslots are taken. */
    public FakeVolume slots(int... taken) throws IOException {
        slots = taken;
        ByteBuffer header = ByteBuffer.allocate(Luks1.HEADER_BYTES);
        header.put(new byte[] {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe, 0, version});
        header.put(UUID, UUID_TEXT.getBytes(StandardCharsets.US_ASCII));
        for (int slot : taken) {
            header.putInt(SLOTS + slot * SLOT_BYTES, ACTIVE);
        }
        Files.write(image, header.array());
        Files.writeString(metadata, metadata());
        return this;
    }

    /** Makes it one of version 2, with one more token. */
    public FakeVolume token(int slot, String key) throws IOException {
        tokens.add("\"" + tokens.size() + "\":{\"type\":\"luks2-keyring\",\"keyslots\":[\"" + slot
                + "\"],\"key_description\":\"tpm-keyring:" + key + "\"}");
        return luks2();
    }

    private String metadata() {
        String taken = IntStream.of(slots).mapToObj(slot -> "\"" + slot + "\"").collect(Collectors.joining(","));
        return "{\"keyslots\":{" + taken.replaceAll("(\"\\d+\")", "$1:{}")
                + "},\"tokens\":{" + String.join(",", tokens)
                + "},\"segments\":{\"0\":{}},\"digests\":{\"0\":{\"keyslots\":[" + taken
                + "],\"segments\":[\"0\"]}},\"config\":{}}";
    }

    /**
     * @param pattern of the shell for keyslots that the key opens
     */
    public FakeVolume opened(String pattern) throws IOException {
        return openedBy("*:" + pattern.replace("|", "|*:"));
    }

    /**
     * @param pattern of the shell for key, colon, keyslot that the key opens
     */
    public FakeVolume openedBy(String pattern) throws IOException {
        return tried("case $1:$9 in " + pattern + ") exit 0 ;; esac; exit 2");
    }

    /** What happens when a keyslot is tried, whose number is the ninth word. */
    public FakeVolume tried(String script) throws IOException {
        program(library.resolve("feed-key"), script);
        return this;
    }

    /** What cryptsetup does, apart from writing it down. */
    public FakeVolume cryptsetup(String script) throws IOException {
        program(programs.resolve("cryptsetup"), "echo \"$@\" >> " + log + "\n" + script);
        return this;
    }

    /** The machine that has it runs systemd, whose systemctl writes down how it is called, too. */
    public FakeVolume systemd(Path root) throws IOException {
        Files.createDirectories(root.resolve("run/systemd/system"));
        program(programs.resolve("systemctl"), "echo \"$@\" >> " + log);
        return this;
    }

    /** From now on the header is one of LUKS2, of which cryptsetup tells the metadata. */
    public FakeVolume luks2() throws IOException {
        version = 2;
        return slots(slots);
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The way to it. */
    public LuksWork work(Path root) {
        return LuksWork.of(new Programs(Map.of("PATH", programs.toString())), library, root);
    }

    /** What a key of it says that it opens. */
    public Volume opens() throws IOException {
        LuksHeader header = version == 1 ? Luks1.parse(Files.readAllBytes(image)) : parsed();
        return new Volume(Optional.of(image.toString()), Optional.of(header.uuid()), Optional.of(header.identity()));
    }

    private LuksHeader parsed() {
        try {
            return Luks2.parse(metadata(), UUID_TEXT);
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
    }

    public Path image() {
        return image;
    }

    /** How cryptsetup and systemctl were called, a line a call. */
    public String calls() throws IOException {
        return Files.readString(log);
    }
}
