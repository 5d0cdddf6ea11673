// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.util.Optional;
import org.tpmkeyring.cli.mounttab.MountEntry;

/**
 * What became of an entry; also a part of the answer in JSON.
 *
 * @param where mount point, or the dataset of a zfs entry
 * @param what lower directory, encrypted directory, dataset or device
 * @param type ecryptfs, fscrypt, zfs or bcachefs
 * @param key name of its key
 * @param result what happened
 * @param error wire name of the refusal after a failure
 * @param reason why it failed, one sentence
 * @param hint the next command to type after a failure
 * @param exitStatus that a failure asks for; 0 where nothing failed
 */
public record MountOutcome(
        String where,
        String what,
        String type,
        String key,
        Result result,
        Optional<String> error,
        Optional<String> reason,
        Optional<String> hint,
        int exitStatus) {

    /** What can happen to an entry. */
    public enum Result {
        /** By this call. */
        MOUNTED,
        /** It was mounted before. */
        MOUNTED_ALREADY,
        /** By this call. */
        UNMOUNTED,
        /** It was not mounted before. */
        NOT_MOUNTED,
        /** Not done. */
        FAILED
    }

    /** It went well. */
    static MountOutcome of(MountEntry entry, Result result) {
        return new MountOutcome(
                entry.name(),
                entry.what(),
                entry.type().word(),
                entry.key(),
                result,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0);
    }

    /** It did not. */
    static MountOutcome failed(MountEntry entry, MountFailure why) {
        return new MountOutcome(
                entry.name(),
                entry.what(),
                entry.type().word(),
                entry.key(),
                Result.FAILED,
                Optional.of(why.kind().wireName()),
                Optional.of(why.getMessage()),
                Optional.of(why.hint()),
                why.kind().exitCode());
    }
}
