// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.daemon;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.tpmkeyring.protocol.api.DoorInfo;
import org.tpmkeyring.protocol.api.DoorState;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.service.Handlers;

/** The daemon as it is, with use cases that need no TPM: Status answers, ListKeys takes 1 s, ListVaults hangs. */
final class DaemonUnderTest {
    private DaemonUnderTest() {}

    public static void main(String[] arguments) {
        ProcessHardening.apply();
        int status = new Daemon(DaemonUnderTest::open).run(arguments);
        if (status != Daemon.SERVING) {
            System.exit(status);
        }
    }

    private static Daemon.Service open(
            Configuration configuration, Lifecycle lifecycle, Map<String, Integer> processes) {
        System.Logger log = System.getLogger(DaemonUnderTest.class.getName());
        lifecycle.keep(() -> log.log(System.Logger.Level.INFO, "closed the first"));
        lifecycle.keep(() -> {
            log.log(System.Logger.Level.INFO, "closed the second");
            throw new IllegalStateException("it does not matter");
        });
        Handlers handlers = new Handlers()
                .add(
                        Status.METHOD,
                        call -> new Status.Reply(
                                Version.text(),
                                0,
                                configuration.tpm2Device(),
                                true,
                                TpmState.READY,
                                "",
                                "",
                                NO_DOOR,
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of()))
                .add(ListKeys.METHOD, call -> {
                    pause(1);
                    return new ListKeys.Reply(List.of());
                })
                .add(ListVaults.METHOD, call -> {
                    pause(1000);
                    return new ListVaults.Reply(List.of());
                });
        return new Daemon.Service(handlers, Optional.empty());
    }

    private static final DoorInfo NO_DOOR = new DoorInfo(DoorState.OFF, Optional.empty(), Optional.empty());

    private static void pause(int seconds) {
        try {
            if (new CountDownLatch(1).await(seconds, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody counts down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
