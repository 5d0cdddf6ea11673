// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.session.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.tpmkeyring.session.SessionProcesses;
import org.tpmkeyring.session.linux.binding.PidfdCalls;

/**
 * Processes held by pidfd_open(2), looked after by one thread that waits in poll(2). The descriptors are also given to
 * whoever can keep them while the daemon is started again, by the lease's name.
 */
public final class PidfdProcesses implements SessionProcesses {
    private static final System.Logger LOG = System.getLogger(PidfdProcesses.class.getName());

    private final Keeper keeper;
    private final Map<String, Integer> passed;
    private final Map<String, Held> held = new ConcurrentHashMap<>();
    private final int changed;
    private final Thread thread = new Thread(this::watch, "sessions");
    private volatile boolean closed;

    /**
     * Who keeps descriptors for the next daemon.
     *
     * @param keep gets the name of a lease and a descriptor, which stays this object's
     * @param drop gets the name of a lease that is over
     */
    public record Keeper(BiConsumer<String, Integer> keep, Consumer<String> drop) {
        /** One that keeps nothing. */
        public static final Keeper NONE = new Keeper((lease, descriptor) -> {}, lease -> {});
    }

    private record Held(int descriptor, Runnable ended) {}

    /**
     * @param passed descriptors of processes that the daemon before held, by lease; this object's from now on
     */
    public PidfdProcesses(Keeper keeper, Map<String, Integer> passed) {
        this.keeper = keeper;
        this.passed = new HashMap<>(passed);
        this.passed.values().forEach(PidfdCalls::closeOnExec);
        changed = PidfdCalls.newEvent();
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized Found hold(String lease, int process, Runnable ended) {
        Integer kept = passed.remove(lease);
        int descriptor = kept != null ? kept : PidfdCalls.open(process);
        if (descriptor == -PidfdCalls.ESRCH) {
            keeper.drop().accept(lease);
            return Found.GONE;
        }
        if (descriptor < 0) {
            throw new IllegalStateException("pidfd_open(" + process + ") failed with error " + -descriptor);
        }
        held.put(lease, new Held(descriptor, ended));
        if (kept == null) {
            keeper.keep().accept(lease, descriptor);
        }
        PidfdCalls.raise(changed);
        return kept != null ? Found.SAME : Found.LIKELY;
    }

    @Override
    public synchronized void release(String lease) {
        if (letGo(lease) != null) {
            PidfdCalls.raise(changed);
        }
    }

    private synchronized Held letGo(String lease) {
        Held gone = held.remove(lease);
        if (gone != null) {
            PidfdCalls.closeDescriptor(gone.descriptor());
            keeper.drop().accept(lease);
        }
        return gone;
    }

    /** What the daemon before held and this one was never asked to. */
    public synchronized void releaseOthers() {
        passed.forEach((lease, descriptor) -> {
            PidfdCalls.closeDescriptor(descriptor);
            keeper.drop().accept(lease);
        });
        passed.clear();
    }

    private void watch() {
        while (!closed) {
            Map<Integer, String> leases = new HashMap<>();
            held.forEach((lease, process) -> leases.put(process.descriptor(), lease));
            List<Integer> all = new ArrayList<>(leases.keySet());
            all.add(changed);
            for (int descriptor : PidfdCalls.awaitAny(all)) {
                if (descriptor == changed) {
                    PidfdCalls.lower(changed);
                } else {
                    end(leases.get(descriptor));
                }
            }
        }
        PidfdCalls.closeDescriptor(changed);
    }

    private void end(String lease) {
        Held process = letGo(lease);
        if (process == null) {
            return;
        }
        try {
            process.ended().run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the end of a session's process was not taken note of", e);
        }
    }

    /** Gives no descriptor up that is kept for the next daemon. */
    @Override
    public synchronized void close() {
        closed = true;
        PidfdCalls.raise(changed);
        held.values().forEach(process -> PidfdCalls.closeDescriptor(process.descriptor()));
        held.clear();
        passed.values().forEach(PidfdCalls::closeDescriptor);
        passed.clear();
    }
}
