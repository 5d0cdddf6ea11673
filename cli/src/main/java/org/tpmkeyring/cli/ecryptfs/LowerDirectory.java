// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.ecryptfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A sample of a lower directory: the first files and names that eCryptfs encrypted. Symbolic links are not
 * followed, since their targets are encrypted too, and lead nowhere.
 */
public final class LowerDirectory {
    /** Files looked into, and names looked at: more would tell the same and delay a boot. */
    private static final int MOST_FILES = 100;

    private static final int MOST_NAMES = 5000;
    private static final int DEEPEST = 8;

    private static final String ATTRIBUTE = "ecryptfs";

    private final Set<String> contents = new TreeSet<>();
    private final Set<String> names = new TreeSet<>();
    private final Set<Integer> nameKeyBytes = new TreeSet<>();
    private int encryptedFiles;
    private int plainFiles;
    private int plainNames;
    private int seen;

    private LowerDirectory() {}

    /**
     * @throws IOException when the directory cannot be read; files in it that cannot be read are left out
     */
    public static LowerDirectory sample(Path directory) throws IOException {
        LowerDirectory sample = new LowerDirectory();
        Files.walkFileTree(directory, EnumSet.noneOf(FileVisitOption.class), DEEPEST, sample.visitor(directory));
        return sample;
    }

    /** Signatures of keys that files are encrypted with; a file whose header is damaged has none. */
    public Set<String> contents() {
        return new TreeSet<>(contents);
    }

    /** Signatures of keys that names are encrypted with. */
    public Set<String> names() {
        return new TreeSet<>(names);
    }

    /** Whether there are files and none of them, and no name, is eCryptfs's: somebody put them there. */
    public boolean isPlain() {
        return plainFiles > 0 && encryptedFiles == 0 && names.isEmpty();
    }

    /** Whether files are encrypted and none of them has an encrypted name. */
    public boolean hasPlainNames() {
        return plainNames > 0 && names.isEmpty();
    }

    /** Length of the AES key that names are encrypted with, where they tell one and the same. */
    public Optional<Integer> nameKeyBytes() {
        return nameKeyBytes.size() == 1 ? Optional.of(nameKeyBytes.iterator().next()) : Optional.empty();
    }

    private SimpleFileVisitor<Path> visitor(Path top) {
        return new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return look(directory);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                FileVisitResult next = look(file);
                if (attributes.isRegularFile() && encryptedFiles < MOST_FILES) {
                    lookInto(file);
                }
                return next;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException unreadable) throws IOException {
                if (file.equals(top)) {
                    throw unreadable;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException unreadable) {
                return FileVisitResult.CONTINUE;
            }
        };
    }

    private FileVisitResult look(Path file) {
        LowerName.of(String.valueOf(file.getFileName())).ifPresent(name -> {
            names.add(name.signature());
            if (name.keyBytes() > 0) {
                nameKeyBytes.add(name.keyBytes());
            }
        });
        return ++seen < MOST_NAMES && encryptedFiles < MOST_FILES
                ? FileVisitResult.CONTINUE
                : FileVisitResult.TERMINATE;
    }

    private void lookInto(Path file) {
        try {
            Optional<List<String>> found = LowerHeader.signatures(head(file));
            if (found.isEmpty()) {
                found = LowerHeader.signatures(attribute(file));
            }
            if (found.isPresent()) {
                encryptedFiles++;
                plainNames += String.valueOf(file.getFileName()).startsWith(LowerName.PREFIX) ? 0 : 1;
                contents.addAll(found.get());
            } else {
                plainFiles++;
            }
        } catch (IOException unreadable) {
            return;
        }
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(LowerHeader.BYTES);
        }
    }

    /** The header where the mount option ecryptfs_xattr_metadata put it. */
    private static byte[] attribute(Path file) throws IOException {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null || !view.list().contains(ATTRIBUTE)) {
            return new byte[0];
        }
        ByteBuffer value = ByteBuffer.allocate(view.size(ATTRIBUTE));
        view.read(ATTRIBUTE, value);
        return value.array();
    }
}
