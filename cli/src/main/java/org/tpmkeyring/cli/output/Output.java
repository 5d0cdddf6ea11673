// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.output;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;
import org.tpmkeyring.protocol.wire.Json;
import org.tpmkeyring.protocol.wire.RecordCodec;

/** Where a command puts what it has to say. */
public final class Output {
    private static final int NO_SCREEN = 0;
    private static final int NARROWEST_ASKED_FOR = 80;

    private final PrintStream out;
    private final PrintStream err;
    private final Style style;
    private final IntSupplier columns;
    private final JsonMode json;
    private final boolean legend;
    private final boolean quiet;
    private final boolean verbose;

    /**
     * @param style colours of standard output
     * @param columns width of the screen that standard output is; 0 where it is none. Asked only when
     *     something is wide, since the answer costs a process
     */
    public Output(PrintStream out, PrintStream err, Style style, IntSupplier columns, Choices choices) {
        this.out = out;
        this.err = err;
        this.style = style;
        this.columns = columns;
        this.json = choices.json();
        this.legend = choices.legend();
        this.quiet = choices.quiet();
        this.verbose = choices.verbose();
    }

    /**
     * What the person chose.
     *
     * @param json form of the answer
     * @param legend whether tables have headings
     * @param quiet whether prose is left out
     * @param verbose whether details are told
     */
    public record Choices(JsonMode json, boolean legend, boolean quiet, boolean verbose) {}

    public Style style() {
        return style;
    }

    public boolean verbose() {
        return verbose;
    }

    public boolean quiet() {
        return quiet;
    }

    /**
     * Prints the answer as JSON if that was chosen.
     *
     * @return whether it was, so that nothing else is to be printed to standard output
     */
    public boolean json(Record reply) {
        if (json == JsonMode.OFF) {
            return false;
        }
        var tree = RecordCodec.toTree(reply);
        byte[] text = json == JsonMode.PRETTY ? Json.writePretty(tree) : Json.write(tree);
        out.println(new String(text, StandardCharsets.UTF_8));
        return true;
    }

    /** Whether the answer is to be JSON. */
    public boolean wantsJson() {
        return json != JsonMode.OFF;
    }

    /** A line of the answer; its variable parts have to be safe already. */
    public void line(String text) {
        out.println(text);
    }

    /** A line that tells what was done; left out when quiet. */
    public void done(String text) {
        if (!quiet) {
            out.println(text);
        }
    }

    /** A table of the answer. */
    public void table(Table table) {
        int screen = table.width() > NARROWEST_ASKED_FOR ? columns.getAsInt() : NO_SCREEN;
        for (String line : table.lines(legend, screen)) {
            out.println(line);
        }
    }

    /** Prose beside the answer, on standard error; left out when quiet. */
    public void note(String text) {
        if (!quiet) {
            tell(text);
        }
    }

    /** The next command to type, on standard error; left out when quiet. */
    public void hint(String command) {
        note("hint: " + command);
    }

    /** Something that went wrong without ending the command, always told. */
    public void failure(String text, String hint) {
        tell("tpm-keyring: " + text);
        if (!hint.isEmpty()) {
            tell("hint: " + hint);
        }
    }

    /** Keeps the two streams in order where both are the same terminal. */
    private void tell(String text) {
        out.flush();
        err.println(text);
        err.flush();
    }
}
