// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.api.Volume;

/**
 * A LUKS1 header in a file, a cryptsetup that copies headers and writes down how it is called, and a feed-key that knows
 * which keyslots the key opens.
 */
public final class FakeVolume {
    private static final int VERSION = 6;
    private static final int UUID = 168;
    private static final int SLOTS = 208;
    private static final int SLOT_BYTES = 48;
    private static final int ACTIVE = 0x00AC71F3;

    /** The programs, as PATH has them. */
    public final Path programs;

    /** The product's own helpers. */
    public final Path library;

    private final Path image;
    private final Path log;

    /**
     * @param slots keyslots that are taken
     */
    public FakeVolume(Path directory, int... slots) throws IOException {
        programs = Files.createDirectory(directory.resolve("programs"));
        library = Files.createDirectory(directory.resolve("library"));
        image = directory.resolve("volume");
        log = Files.createFile(directory.resolve("log"));
        ByteBuffer header = ByteBuffer.allocate(Luks1.HEADER_BYTES);
        header.put(new byte[] {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe, 0, 1});
        header.put(UUID, "0f4c1d2e-0000-4000-8000-00000000abcd".getBytes(StandardCharsets.US_ASCII));
        for (int slot : slots) {
            header.putInt(SLOTS + slot * SLOT_BYTES, ACTIVE);
        }
        Files.write(image, header.array());
        cryptsetup("[ $1 != luksHeaderBackup ] || cp $2 $4");
        opened("none");
    }

    /**
     * @param pattern of the shell for keyslots that the key opens
     */
    public FakeVolume opened(String pattern) throws IOException {
        return tried("case $9 in " + pattern + ") exit 0 ;; esac; exit 2");
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
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {0, 2}), VERSION);
        }
        return this;
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
        LuksHeader header = Luks1.parse(Files.readAllBytes(image));
        return new Volume(Optional.of(image.toString()), Optional.of(header.uuid()), Optional.of(header.identity()));
    }

    public Path image() {
        return image;
    }

    /** How cryptsetup and systemctl were called, a line a call. */
    public String calls() throws IOException {
        return Files.readString(log);
    }
}
