// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * Lets callers that want the same thing at the same time share one run of the work and its outcome, refusals
 * included.
 *
 * @param <K> what makes two calls the same
 * @param <V> outcome
 */
final class SingleFlight<K, V> {
    private final ConcurrentMap<K, CompletableFuture<V>> running = new ConcurrentHashMap<>();

    /**
     * Runs the work, or waits for the run under way.
     *
     * @param work gets an action that closes the run to newcomers: to be run before the first effect that a
     *     later caller could see undone
     */
    V run(K key, Function<Runnable, V> work) {
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> other = running.putIfAbsent(key, mine);
        return other == null ? lead(key, mine, work) : await(other);
    }

    private V lead(K key, CompletableFuture<V> mine, Function<Runnable, V> work) {
        Runnable close = () -> running.remove(key, mine);
        try {
            V outcome = work.apply(close);
            close.run();
            mine.complete(outcome);
            return outcome;
        } catch (RuntimeException | Error e) {
            close.run();
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private V await(CompletableFuture<V> other) {
        try {
            return other.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException refusal) {
                throw refusal;
            }
            throw e;
        }
    }
}
