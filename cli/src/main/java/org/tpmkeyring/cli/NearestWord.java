// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli;

import java.util.List;
import java.util.Optional;

/** Finds the word that was probably meant: at most two letters wrong, missing, added or swapped. */
final class NearestWord {
    private static final int MOST_ERRORS = 2;

    private NearestWord() {}

    static Optional<String> to(String word, List<String> candidates) {
        String nearest = null;
        int least = Math.min(MOST_ERRORS, word.length() / 2) + 1;
        for (String candidate : candidates) {
            int errors = distance(word, candidate);
            if (errors < least) {
                least = errors;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Optimal string alignment distance, by Damerau and Levenshtein. */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 ? j : j == 0 ? i : step(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(int[][] cost, String a, String b, int i, int j) {
        int wrong = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(cost[i - 1][j - 1] + wrong, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
