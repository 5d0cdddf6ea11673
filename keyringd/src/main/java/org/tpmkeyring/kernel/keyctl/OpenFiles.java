// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.kernel.keyctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.protocol.value.Bytes;

/**
 * Finds processes with open files of an encrypted directory in {@code /proc}. Under the file system
 * identity of a user the kernel shows his own processes (ptrace_may_access with PTRACE_MODE_READ_FSCREDS),
 * so nobody learns of other people's. Mapped files that are closed already are not found.
 */
final class OpenFiles {
    private static final Path PROC = Path.of("/proc");
    private static final String DELETED = " (deleted)";

    private OpenFiles() {}

    /** One entry a process, such as {@code less (pid 4711): /srv/private/letter}. */
    static List<String> under(Path mount, Bytes identifier, int limit) {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (found.size() >= limit) {
                    break;
                }
                firstOf(process, mount, identifier).ifPresent(file -> found.add(entry(process, file)));
            }
        } catch (IOException | DirectoryIteratorException e) {
            return found;
        }
        return found;
    }

    private static String entry(Path process, Path file) {
        return command(process) + " (pid " + process.getFileName() + "): " + file;
    }

    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1)
                    .strip();
        } catch (IOException e) {
            return "?";
        }
    }

    private static Optional<Path> firstOf(Path process, Path mount, Bytes identifier) {
        Optional<Path> folder = target(process.resolve("cwd"), mount, identifier);
        if (folder.isPresent()) {
            return folder;
        }
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                Optional<Path> file = target(descriptor, mount, identifier);
                if (file.isPresent()) {
                    return file;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<Path> target(Path link, Path mount, Bytes identifier) {
        try {
            String name = Files.readSymbolicLink(link).toString();
            Path file = Path.of(name.endsWith(DELETED) ? name.substring(0, name.length() - DELETED.length()) : name);
            return file.startsWith(mount) && isEncrypted(file, identifier) ? Optional.of(file) : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** A file has the policy of the directory it lies in; a directory has its own. */
    private static boolean isEncrypted(Path file, Bytes identifier) {
        Path folder = file.getParent();
        return hasPolicy(file, identifier) || (folder != null && hasPolicy(folder, identifier));
    }

    private static boolean hasPolicy(Path path, Bytes identifier) {
        byte[] answer = FscryptArguments.anyPolicy();
        try (Directory directory = Directory.open(path)) {
            directory.ioctl(FscryptArguments.GET_ENCRYPTION_POLICY_EX, answer, "no policy");
            return FscryptArguments.isPolicyOf(answer, identifier);
        } catch (KernelException e) {
            return false;
        }
    }
}
