// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.session.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tpmkeyring.session.SessionProcesses.Found;
import org.tpmkeyring.session.linux.binding.PidfdCalls;

/** Real processes of this machine. */
final class PidfdProcessesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private final List<String> kept = new ArrayList<>();
    private final PidfdProcesses.Keeper keeper = new PidfdProcesses.Keeper(
            (lease, descriptor) -> kept.add("keep " + lease), lease -> kept.add("drop " + lease));
    private final PidfdProcesses processes = new PidfdProcesses(keeper, Map.of());
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        processes.close();
        started.forEach(Process::destroyForcibly);
    }

    private int start() throws IOException {
        Process process = new ProcessBuilder("sleep", "600").start();
        started.add(process);
        return (int) process.pid();
    }

    private Found hold(PidfdProcesses by, String lease, int process) {
        return by.hold(lease, process, () -> ended.add(lease));
    }

    private String nextEnd() throws InterruptedException {
        return ended.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void theEndOfEachProcessIsTold() throws Exception {
        assertThat(hold(processes, "a", start())).isEqualTo(Found.LIKELY);
        assertThat(hold(processes, "b", start())).isEqualTo(Found.LIKELY);
        started.get(1).destroyForcibly();
        assertThat(nextEnd()).isEqualTo("b");
        started.get(0).destroyForcibly();
        assertThat(nextEnd()).isEqualTo("a");
        assertThat(kept).containsExactly("keep a", "keep b", "drop b", "drop a");
    }

    @Test
    void twoLeasesOfOneProcessEndWithIt() throws Exception {
        int process = start();
        hold(processes, "a", process);
        hold(processes, "b", process);
        started.get(0).destroyForcibly();
        assertThat(List.of(nextEnd(), nextEnd())).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whatWasLetGoIsNotTold() throws Exception {
        hold(processes, "a", start());
        hold(processes, "b", start());
        processes.release("a");
        processes.release("unknown");
        started.get(0).destroyForcibly();
        started.get(1).destroyForcibly();
        assertThat(nextEnd()).isEqualTo("b");
        assertThat(ended).isEmpty();
        assertThat(kept).containsExactly("keep a", "keep b", "drop a", "drop b");
    }

    @Test
    void aProcessThatIsNotThereIsNotHeld() throws Exception {
        int process = start();
        assertThat(started.get(0).destroyForcibly().waitFor()).isNotZero();
        assertThat(hold(processes, "a", process)).isEqualTo(Found.GONE);
        assertThat(kept).containsExactly("drop a");
    }

    @Test
    void aDescriptorOfTheDaemonBeforeIsTheVeryProcess() throws Exception {
        int descriptor = PidfdCalls.open(start());
        started.get(0).destroyForcibly();
        try (PidfdProcesses next = new PidfdProcesses(keeper, Map.of("a", descriptor))) {
            assertThat(hold(next, "a", Integer.MAX_VALUE)).isEqualTo(Found.SAME);
            assertThat(nextEnd()).isEqualTo("a");
        }
    }

    @Test
    void whatTheDaemonBeforeHeldAndNobodyAsksForIsGivenUp() throws Exception {
        int descriptor = PidfdCalls.open(start());
        try (PidfdProcesses next = new PidfdProcesses(keeper, Map.of("a", descriptor))) {
            next.releaseOthers();
        }
        assertThat(kept).containsExactly("drop a");
        assertThat(PidfdCalls.closeOnExec(descriptor)).isNegative();
    }

    @Test
    void whatIsKeptForTheNextDaemonIsNotDroppedAtTheEnd() throws Exception {
        hold(processes, "a", start());
        processes.close();
        assertThat(kept).containsExactly("keep a");
    }
}
