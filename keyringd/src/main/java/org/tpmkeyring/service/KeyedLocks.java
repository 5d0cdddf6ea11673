// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One lock a key. Nobody may wait for a person or for the TPM while he holds one; whoever needs the lock of a
 * vault and that of an owner takes the vault's first.
 *
 * @param <K> what is locked
 */
final class KeyedLocks<K> {
    private final Map<K, ReentrantLock> locks = new ConcurrentHashMap<>();

    /** Runs work while nobody else works under the same key. Reentrant. */
    <T> T exclusively(K key, Supplier<T> work) {
        ReentrantLock lock = locks.computeIfAbsent(key, k -> new ReentrantLock());
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
