// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.golden;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tpmkeyring.cli.golden.GoldenScript.Step;
import org.tpmkeyring.cli.testing.CommandRun;
import org.tpmkeyring.cli.testing.FakeDaemon;
import org.tpmkeyring.cli.testing.FakeDaemon.Exchange;
import org.tpmkeyring.protocol.ErrorKind;
import org.tpmkeyring.protocol.KeyringException;
import org.tpmkeyring.protocol.wire.CallMessage;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.RecordCodec;
import org.tpmkeyring.protocol.wire.ReplyMessage;

/**
 * Runs one script against a fake daemon and writes down what a person would see. Directives:
 *
 * <ul>
 *   <li>{@code world home|empty|broken|volumes|none|hung|vanishing}: which daemon is there
 *   <li>{@code refuse KIND field=value ...}: it answers the next command with this error
 *   <li>{@code type LINE}, {@code terminal}: the next command has a terminal, and this is typed on it
 *   <li>{@code colours}: the next command's output is a terminal as well
 * </ul>
 */
final class GoldenRun {
    private final Path directory;
    private final StringBuilder transcript = new StringBuilder();
    private Answers answers = new Answers();
    private String world = "home";
    private KeyringException refusal;
    private final List<String> typed = new ArrayList<>();
    private boolean terminal;
    private boolean colours;

    GoldenRun(Path directory) {
        this.directory = directory;
    }

    String transcript(List<Step> steps) throws IOException {
        try (FakeDaemon daemon = FakeDaemon.at(directory.resolve("socket"), this::answer)) {
            for (Step step : steps) {
                if (step.directive() == null) {
                    run(step, daemon.socket());
                } else {
                    follow(step.directive());
                }
            }
        }
        return transcript.toString();
    }

    private ReplyMessage answer(CallMessage call, Exchange exchange) throws IOException, MalformedMessageException {
        if (world.equals("vanishing")) {
            return null;
        }
        if (world.equals("hung")) {
            exchange.message();
            return null;
        }
        if (refusal != null) {
            return ReplyMessage.failure(refusal.kind().wireName(), new HashMap<>(refusal.fields()));
        }
        String method = call.method().substring(call.method().lastIndexOf('.') + 1);
        try {
            return ReplyMessage.success(RecordCodec.toTree(answers.of(method).to(call.parameters(), exchange)));
        } catch (KeyringException e) {
            Map<String, Object> fields = new HashMap<>(e.fields());
            fields.put("hint", e.hint());
            return ReplyMessage.failure(e.kind().wireName(), fields);
        }
    }

    private void follow(String directive) {
        String[] words = directive.split(" ", -1);
        switch (words[0]) {
            case "world" -> {
                world = words[1];
                answers = switch (world) {
                    case "empty" -> Troubles.empty();
                    case "broken" -> Troubles.broken();
                    case "shut" -> ShutDoor.answers();
                    case "volumes" -> Volumes.answers();
                    default -> new Answers();
                };
            }
            case "refuse" -> refusal = refusal(words);
            case "type" -> typed.add(directive.substring("type".length()).strip());
            case "terminal" -> terminal = true;
            case "colours" -> colours = true;
            default -> throw new IllegalArgumentException("no directive " + directive);
        }
    }

    /** {@code refuse KIND field=value field=value}; a tilde in a value stands for a blank. */
    private static KeyringException refusal(String[] words) {
        KeyringException.Builder builder = KeyringException.of(ErrorKind.valueOf(words[1]));
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            builder.with(
                    words[i].substring(0, equals),
                    words[i].substring(equals + 1).replace('~', ' '));
        }
        return builder.build();
    }

    private void run(Step step, Path socket) {
        CommandRun run = new CommandRun()
                .socket(world.equals("none") ? directory.resolve("nothing") : socket)
                .input(step.input().getBytes(StandardCharsets.UTF_8))
                .root(directory.resolve("root"))
                .limit(world.equals("hung") ? Duration.ofSeconds(1) : Duration.ofSeconds(20));
        typed.forEach(run.terminal()::typing);
        if (terminal || colours) {
            run.terminal().silent();
        }
        if (colours) {
            run.onTerminal();
        }
        run.run(step.words().stream()
                .map(word -> word.replace("$TMP", directory.toString()))
                .toArray(String[]::new));
        transcript.append("$ ").append(step.text()).append('\n').append(run.out());
        part("terminal", run.terminal().seen());
        part("stderr", run.err());
        transcript.append("[exit ").append(run.status()).append("]\n\n");
        refusal = null;
        typed.clear();
        terminal = false;
        colours = false;
    }

    private void part(String name, String text) {
        if (!text.isEmpty()) {
            transcript.append('[').append(name).append("]\n").append(text);
            transcript.append(text.endsWith("\n") ? "" : "\n");
        }
    }
}
