// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.tests;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Times of many runs of one thing. */
final class Samples {
    private final double[] millis;

    private Samples(double[] millis) {
        this.millis = millis;
    }

    /** Something to take the time of. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /**
     * @param warmUp runs that do not count
     * @param runs runs that do
     * @param before done before each run, untimed
     * @param work what is timed
     */
    static Samples of(int warmUp, int runs, Work before, Work work) throws Exception {
        double[] millis = new double[runs];
        for (int i = -warmUp; i < runs; i++) {
            before.run();
            long start = System.nanoTime();
            work.run();
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        Arrays.sort(millis);
        return new Samples(millis);
    }

    /** Times that were taken elsewhere, or of several series together. */
    static Samples of(DoubleStream millis) {
        return new Samples(millis.sorted().toArray());
    }

    /** All of them, ascending, ms. */
    DoubleStream millis() {
        return Arrays.stream(millis);
    }

    /** The value that this share of the runs did not exceed. */
    double quantile(double share) {
        return millis[(int) Math.min(millis.length - 1, Math.ceil(share * millis.length) - 1)];
    }

    double median() {
        return quantile(0.5);
    }

    /** Median and 99th percentile. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "p50 %.1f ms, p99 %.1f ms (n=%d)", quantile(0.5), quantile(0.99), millis.length);
    }
}
