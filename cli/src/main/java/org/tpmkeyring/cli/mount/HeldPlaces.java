// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tpmkeyring.cli.mount.PlainPath.Directory;
import org.tpmkeyring.cli.program.Programs;

/**
 * The words that have mount(8) and umount(8) work on a directory and not on a path. Between a look at a path and
 * mount(2) whoever owns a directory above it can put a symbolic link there. So a shell opens the directory first and
 * changes into it, asks the kernel what their paths are, and gives mount(8) the descriptor and {@code .}, which no
 * rename can lead elsewhere; {@code -c} keeps mount(8) from making paths of them again.
 */
final class HeldPlaces {
    /** The kernel's path of a descriptor or of the working directory; the dot keeps line breaks at its end. */
    private static final String IS_AT = """
            is_at() { [ "$(readlink -n "$1" && echo .)" = "$2." ]; }
            replaced() { printf "'%s' was replaced meanwhile\\n" "$1" >&2; exit 1; }
            """;

    /**
     * Parameters: WHERE; WHAT as a directory that is held on to, or nothing, and its identity; what has to have this
     * identity once it is mounted; options to be set after a bind, or nothing; the program and its words.
     */
    private static final String MOUNT = IS_AT + """
            where=$1 what=$2 identity=$3 afterwards=$4 options=$5
            shift 5
            enter() { cd -P -- "$where" && is_at /proc/self/cwd "$where"; }
            right() {
                [ -z "$what" ] || {
                    is_at /proc/self/fd/3 "$what" && [ "$(stat -Lc %d:%i -- "$1")" = "$identity" ]
                }
            }
            [ -z "$what" ] || exec 3<"$what/."
            right /proc/self/fd/3 || replaced "$what"
            enter || replaced "$where"
            "$@" || exit
            enter || replaced "$where"
            if right "$afterwards" && { [ -z "$options" ] || mount -n -c -o "remount,bind,$options" none .; }; then
                exit 0
            fi
            umount -i -l -c /proc/self/cwd/.
            right "$afterwards" || replaced "$what"
            exit 1
            """;

    /** Parameters: the directory above and the name of a mount point. */
    private static final String UMOUNT = IS_AT + """
            cd -P -- "$1" && is_at /proc/self/cwd "$1" && [ ! -L "./$2" ] || replaced "$1/$2"
            exec umount -i -c -- "./$2"
            """;

    private static final String DESCRIPTOR = "/proc/self/fd/3";
    private static final String HERE = ".";

    private final Programs programs;

    HeldPlaces(Programs programs) {
        this.programs = programs;
    }

    /** A bind mount. The options are set on the mount itself: what lies below it is left alone. */
    List<String> bind(Directory what, Directory where, List<String> options) {
        return mount(
                where,
                Optional.of(what),
                HERE,
                String.join(",", options),
                List.of("mount", "-n", "-c", "--bind", DESCRIPTOR, HERE));
    }

    /**
     * A file system that is told its directory by a path; afterwards that still has to lead to the same one.
     *
     * @param type of the file system, without a helper of its own
     */
    List<String> over(Directory what, Directory where, String type, List<String> options) {
        return mount(where, Optional.of(what), what.path(), "", words(type, options, what.path()));
    }

    /** A file system on devices. */
    List<String> device(String devices, Directory where, String type, List<String> options) {
        return mount(where, Optional.empty(), HERE, "", words(type, options, devices));
    }

    private static List<String> words(String type, List<String> options, String what) {
        List<String> words = new ArrayList<>(List.of("mount", "-n", "-c", "-i", "-t", type));
        if (!options.isEmpty()) {
            words.addAll(List.of("-o", String.join(",", options)));
        }
        words.addAll(List.of(what, HERE));
        return words;
    }

    private List<String> mount(
            Directory where, Optional<Directory> held, String afterwards, String options, List<String> program) {
        List<String> words = new ArrayList<>(List.of("sh", "-c", MOUNT, "sh"));
        words.add(where.path());
        words.add(held.map(Directory::path).orElse(""));
        words.add(held.map(Directory::identity).orElse(""));
        words.add(afterwards);
        words.add(options);
        words.addAll(program);
        return new Session(programs).withKeys(words);
    }

    /**
     * umount(8) without the helper of a file system, since keys are taken away by {@code lock} alone.
     *
     * @param where path of a mount point
     */
    static List<String> unmount(String where) {
        int slash = where.lastIndexOf('/');
        return List.of(
                "sh", "-c", UMOUNT, "sh", slash == 0 ? "/" : where.substring(0, slash), where.substring(slash + 1));
    }
}
