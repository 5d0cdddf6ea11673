// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.golden;

import java.util.List;
import java.util.Optional;
import org.tpmkeyring.protocol.api.Alarm;
import org.tpmkeyring.protocol.api.KeyInfo;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ShowKey;
import org.tpmkeyring.protocol.api.Status;
import org.tpmkeyring.protocol.api.TpmState;
import org.tpmkeyring.protocol.api.Volume;
import org.tpmkeyring.protocol.value.KeyState;
import org.tpmkeyring.protocol.value.TargetType;

/** A machine with keys of volumes, an alarm about one, and one about a directory. */
final class Volumes {
    private static final String UUID = "0f4c1d2e-0000-4000-8000-00000000abcd";

    private Volumes() {}

    static Answers answers() {
        return new Answers()
                .set("ListKeys", (request, exchange) -> new ListKeys.Reply(List.of(data(), swap())))
                .set(
                        "ShowKey",
                        (request, exchange) -> new ShowKey.Reply(
                                "swap".equals(request.get("name")) ? swap() : data(), World.defaultVault()))
                .set(
                        "Status",
                        (request, exchange) -> new Status.Reply(
                                "0.1.0",
                                93_784,
                                "device:/dev/tpmrm0",
                                false,
                                TpmState.READY,
                                "IFX, firmware 7.85",
                                "/var/lib/tpm-keyring",
                                World.OPEN,
                                List.of(World.defaultVault()),
                                alarms(),
                                List.of(),
                                List.of()));
    }

    private static List<Alarm> alarms() {
        return List.of(
                new Alarm(
                        World.MADE,
                        "data",
                        "volume 'data' is not the one that its key was made for: its LUKS header has"
                                + " identity cdcdcdcdcdcdcdcd... and not abababababababab..."),
                new Alarm(
                        World.MADE,
                        "photos",
                        "volume '/srv/.photos' is not the one that its key was made for: it is not encrypted"));
    }

    private static KeyInfo data() {
        return new KeyInfo(
                "data",
                "default",
                0,
                TargetType.LUKS,
                KeyState.DELIVERED,
                List.of("tpm-keyring:data"),
                List.of(731_204_119L),
                Optional.empty(),
                Optional.of(new Volume(Optional.of("UUID=" + UUID), Optional.of(UUID), Optional.of("ab".repeat(32)))),
                64,
                World.MADE);
    }

    private static KeyInfo swap() {
        return new KeyInfo(
                "swap",
                "default",
                0,
                TargetType.DM_CRYPT,
                KeyState.LOCKED,
                List.of("tpm-keyring:swap"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                64,
                World.MADE);
    }
}
