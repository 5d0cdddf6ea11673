// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.vm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A machine that is on. Every wait has a limit, and what fails is told with the end of its console. */
final class Guest implements AutoCloseable {
    private static final Duration UP = Duration.ofMinutes(10);
    private static final Duration BOOTED = Duration.ofMinutes(6);
    private static final Duration DOWN = Duration.ofMinutes(5);
    private static final Duration SCRIPT = Duration.ofSeconds(90);
    private static final int TAIL_LINES = 40;

    private static final String AWAIT_BOOTED = """
            state=$(systemctl is-system-running)
            until [[ $state =~ ^(running|degraded|maintenance)$ ]]; do
                if [[ -n $(compgen -G '/run/systemd/ask-password/ask.*') ]] && systemctl -q is-active multi-user.target
                then
                    state=asking
                    break
                fi
                sleep 2
                state=$(systemctl is-system-running)
            done
            echo "$state"
            """;

    /** Programs write theirs by way of the kernel too, but with their name and process id. */
    private static final Pattern KERNEL_LINE = Pattern.compile("\\[ *[0-9]+\\.[0-9]+\\] (?![^ ]+\\[[0-9]+\\]: )");

    /** The guest that this thread started last, for what is told of a test that failed. */
    private static final ThreadLocal<Guest> LATEST = new ThreadLocal<>();

    private final Path console;
    private final Hardware hardware;
    private final AgentPort agent;

    private Guest(Path console, Hardware hardware, AgentPort agent) {
        this.console = console;
        this.hardware = hardware;
        this.agent = agent;
    }

    /** Use {@link Vm#boot}. */
    static Guest start(Vm vm, Boot boot) throws IOException {
        Path console = Reports.file(vm.bootName() + ".console");
        Hardware hardware = Hardware.switchOn(vm, boot, console);
        Guest guest = new Guest(console, hardware, new AgentPort(vm.file("agent")));
        LATEST.set(guest);
        try {
            guest.agent.awaitReady(UP);
            return guest;
        } catch (IOException e) {
            guest.close();
            throw guest.told(e);
        }
    }

    /** Runs a script in the guest's bash, as root. */
    Answer run(String script) throws IOException {
        return run(script, SCRIPT);
    }

    /** The same with another limit of time. */
    Answer run(String script, Duration limit) throws IOException {
        try {
            return agent.run(script, limit);
        } catch (IOException e) {
            throw told(e);
        }
    }

    /** Runs a script that must end with 0, and returns what it printed. */
    String must(String script) throws IOException {
        return run(script).ok();
    }

    /**
     * Waits for the end of the boot, whatever it came to.
     *
     * @return what systemctl is-system-running says then: running, degraded, maintenance; or asking, where the
     *     system is up and all that is left is a question for a passphrase
     */
    String awaitBooted() throws IOException {
        String state = run(AWAIT_BOOTED, BOOTED).output();
        if (!List.of("running", "degraded", "maintenance", "asking").contains(state)) {
            throw told(new IOException("the boot does not get to its end, it is " + state + "; waiting are:\n"
                    + run("systemctl list-jobs --no-pager --no-legend").text()));
        }
        return state;
    }

    /** What the machine said on its console until now, without colours and without the kernel's own lines. */
    String console() throws IOException {
        return wholeConsole()
                .lines()
                .filter(line -> !KERNEL_LINE.matcher(line).lookingAt())
                .collect(Collectors.joining("\n"));
    }

    private String wholeConsole() throws IOException {
        return new String(Files.readAllBytes(console), StandardCharsets.UTF_8)
                .replaceAll("\u001b\\[[0-9;?=]*[A-Za-z]", "")
                .replace("\r", "");
    }

    /** Shuts it down as a person does, and waits until it is off. */
    void shutDown() throws IOException {
        run("systemctl poweroff --no-block");
        if (!hardware.awaitOff(DOWN)) {
            throw told(new IOException("the guest does not go off"));
        }
        close();
    }

    /** The guest that this thread started last, or null. */
    static Guest latest() {
        return LATEST.get();
    }

    /** The end of the console and, while the machine is on, the journal's last warnings. */
    String trouble() {
        try {
            String told = "end of " + console + ":\n  " + tail(wholeConsole());
            if (!hardware.isOn()) {
                return told;
            }
            Reports.keep(
                    console.getFileName().toString().replace(".console", ".journal"),
                    agent.run("journalctl -b --no-pager -o short-monotonic", SCRIPT)
                            .output());
            return told + "\nlast warnings in the journal:\n  "
                    + tail(agent.run("journalctl -b -p warning --no-pager -o cat", SCRIPT)
                            .output());
        } catch (IOException e) {
            return "no more is known, " + e.getMessage();
        }
    }

    private IOException told(IOException cause) throws IOException {
        return new IOException(cause.getMessage() + "\nend of " + console + ":\n  " + tail(wholeConsole()), cause);
    }

    private static String tail(String text) {
        List<String> lines = text.lines().toList();
        return String.join("\n  ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /** Pulls the plug when it is still on. */
    @Override
    public void close() throws IOException {
        agent.close();
        hardware.close();
    }
}
