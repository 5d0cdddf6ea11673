// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.key.KeyRecord;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.api.CheckDirectory;
import org.tpmkeyring.target.Target;
import org.tpmkeyring.target.Targets;

/**
 * Compares what a directory or file system is encrypted with to the key that it is about to be mounted with.
 * Whoever puts another in its place cannot know the key, so the other has another identifier or none.
 */
final class CheckDirectoryCase implements Handler<CheckDirectory.Request, CheckDirectory.Reply> {
    private static final int MOST_FOUND = 100;
    private static final int LONGEST_FOUND = 100;

    private final Keys keys;
    private final Targets targets;
    private final Alarms alarms;

    CheckDirectoryCase(Keys keys, Targets targets, Alarms alarms) {
        this.keys = keys;
        this.targets = targets;
        this.alarms = alarms;
    }

    @Override
    public CheckDirectory.Reply handle(Call<CheckDirectory.Request> call) {
        CheckDirectory.Request request = call.request();
        KeyRecord key = keys.require(call.owner(), request.name()).record();
        Target target = targets.of(key.target());
        Path directory = absolute(request.directory());
        Optional<Target.Found> looked = inKernel(target, call.owner(), directory);
        List<String> found = looked.map(Target.Found::identifiers).orElseGet(() -> told(request, key));
        List<String> expected = target.identifiers(key);
        if (found.isEmpty() || !expected.containsAll(found)) {
            throw mismatch(call, expected, found);
        }
        return new CheckDirectory.Reply(found, looked.map(Target.Found::directory));
    }

    private static Path absolute(String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw argument("directory", "keyringd runs in a locale without the characters of this path");
        }
        throw argument("directory", "it wants an absolute path");
    }

    private static Optional<Target.Found> inKernel(Target target, long owner, Path directory) {
        try {
            return target.found(owner, directory);
        } catch (KernelException e) {
            throw KeyringException.of(ErrorKind.BAD_ARGUMENT)
                    .with("argument", "directory")
                    .with("reason", e.getMessage())
                    .with("hint", "ls -ld " + directory)
                    .causedBy(e)
                    .build();
        }
    }

    private static List<String> told(CheckDirectory.Request request, KeyRecord key) {
        List<String> found = request.found();
        if (found.isEmpty() || found.size() > MOST_FOUND) {
            throw argument("found", "keyringd cannot look by itself what is encrypted with key '" + key.name() + "'");
        }
        if (found.stream().anyMatch(text -> text.length() > LONGEST_FOUND)) {
            throw argument("found", "an identifier has at most " + LONGEST_FOUND + " characters");
        }
        return found;
    }

    /** A user's own directories are his own affair: the machine's alarm is root's. */
    private KeyringException mismatch(Call<CheckDirectory.Request> call, List<String> expected, List<String> found) {
        List<String> others = found.stream()
                .filter(each -> !expected.contains(each) && !each.equals(CheckDirectory.NOT_ENCRYPTED))
                .toList();
        KeyringException refusal = KeyringException.of(ErrorKind.UNEXPECTED_VOLUME)
                .with("volume", call.request().directory())
                .with(
                        "reason",
                        others.isEmpty()
                                ? "it is not encrypted"
                                : "it is encrypted with " + String.join(", ", others) + " and not with key '"
                                        + call.request().name() + "'")
                .with("hint", "tpm-keyring show " + call.request().name())
                .build();
        if (call.byRoot()) {
            alarms.raise(call.request().name(), refusal.sentence());
        }
        return refusal;
    }

    private static KeyringException argument(String name, String reason) {
        return KeyringException.of(ErrorKind.BAD_ARGUMENT)
                .with("argument", name)
                .with("reason", reason)
                .build();
    }
}
