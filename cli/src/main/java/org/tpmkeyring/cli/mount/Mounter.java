// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.mount;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.tpmkeyring.cli.client.DaemonClient;
import org.tpmkeyring.cli.mount.MountOutcome.Result;
import org.tpmkeyring.cli.mounttab.MountEntry;
import org.tpmkeyring.cli.program.Programs;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;

/** Mounts and unmounts entries of a table, one after the other; none that fails stops the others. */
public final class Mounter {
    /**
     * What a program that does not end gets until the next entry's turn comes, beside its own limit. The units of
     * tpm-keyring-generator last longer than both, so that there is time to say why.
     */
    private static final Duration AFTERWARDS = Duration.ofSeconds(3);

    private final DaemonClient client;
    private final Programs programs;
    private final Path mountinfo;

    /**
     * @param mountinfo the kernel's list of mounts
     */
    public Mounter(DaemonClient client, Programs programs, Path mountinfo) {
        this.client = client;
        this.programs = programs;
        this.mountinfo = mountinfo;
    }

    /**
     * Mounts entries, those first that others lie on. What lies on one that failed is not mounted either: it
     * would show up in the clear directory underneath.
     */
    public List<MountOutcome> mount(List<MountEntry> entries) {
        List<MountOutcome> outcomes = new ArrayList<>();
        List<MountEntry> failed = new ArrayList<>();
        for (MountEntry entry : MountOrder.sorted(entries)) {
            MountOutcome outcome = MountOrder.beneath(entry, failed)
                    .map(other -> MountOutcome.failed(entry, MountFailure.of(notMounted(other))))
                    .orElseGet(() -> inTime(entry, this::mounted));
            if (outcome.result() == Result.FAILED) {
                failed.add(entry);
            }
            outcomes.add(outcome);
        }
        return outcomes;
    }

    /** Unmounts entries, in the reverse order. */
    public List<MountOutcome> unmount(List<MountEntry> entries) {
        List<MountOutcome> outcomes = new ArrayList<>();
        List<MountEntry> order = MountOrder.sorted(entries);
        for (int i = order.size() - 1; i >= 0; i--) {
            outcomes.add(inTime(order.get(i), this::unmounted));
        }
        return outcomes;
    }

    private static KeyringException notMounted(MountEntry other) {
        return MountPoints.argument(
                "WHERE", "it lies on " + other.name() + ", which is not mounted", "tpm-keyring mount " + other.name());
    }

    private Result mounted(MountEntry entry, Deadline deadline) {
        FileSystemMount fileSystem = fileSystem(entry, deadline);
        if (fileSystem.isMounted(entry, deadline)) {
            return Result.MOUNTED_ALREADY;
        }
        fileSystem.mount(entry, deadline);
        return Result.MOUNTED;
    }

    private Result unmounted(MountEntry entry, Deadline deadline) {
        FileSystemMount fileSystem = fileSystem(entry, deadline);
        if (!fileSystem.isMounted(entry, deadline)) {
            return Result.NOT_MOUNTED;
        }
        fileSystem.unmount(entry, deadline);
        return Result.UNMOUNTED;
    }

    private FileSystemMount fileSystem(MountEntry entry, Deadline deadline) {
        MountPoints points = new MountPoints(programs, mountinfo);
        KeyInPlace keys = new KeyInPlace(client, deadline);
        return switch (entry.type()) {
            case ECRYPTFS -> new EcryptfsMount(points, keys);
            case FSCRYPT -> new FscryptMount(points, keys);
            case BCACHEFS -> new BcachefsMount(points, keys);
            case ZFS -> new ZfsMount(programs, points, keys);
        };
    }

    /**
     * On a thread of its own, which is left behind when it does not come back: a read from a dead disk cannot be
     * ended. Programs are killed, and keyringd is not waited for any more, before that.
     */
    private MountOutcome inTime(MountEntry entry, BiFunction<MountEntry, Deadline, Result> work) {
        Deadline deadline = new Deadline(entry.timeout());
        FutureTask<MountOutcome> task = new FutureTask<>(() -> outcome(entry, deadline, work));
        Thread thread = new Thread(task, "mount of " + entry.name());
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(entry.timeout().plus(AFTERWARDS).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return MountOutcome.failed(entry, MountFailure.of(deadline.late("and goes on")));
        } catch (ExecutionException e) {
            return MountOutcome.failed(entry, MountFailure.of(bug(e.getCause())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return MountOutcome.failed(entry, MountFailure.of(deadline.late("and was interrupted")));
        }
    }

    private static MountOutcome outcome(
            MountEntry entry, Deadline deadline, BiFunction<MountEntry, Deadline, Result> work) {
        try {
            return MountOutcome.of(entry, work.apply(entry, deadline));
        } catch (KeyringException e) {
            return MountOutcome.failed(entry, MountFailure.of(e));
        } catch (MountFailure e) {
            return MountOutcome.failed(entry, e);
        }
    }

    private static KeyringException bug(Throwable cause) {
        return KeyringException.of(ErrorKind.UNEXPECTED)
                .with("detail", "this is a bug, " + cause)
                .with("hint", "tpm-keyring --version, and report it together with the line above")
                .build();
    }
}
