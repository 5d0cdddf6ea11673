// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tpmkeyring.cli.output.SafeText;
import org.tpmkeyring.protocol.api.SessionInfo;

/** Who is logged in and how, such as {@code alice (login, 2 sshd), bob (sshd)}. */
final class LoginLine {
    private static final int MOST_USERS = 4;

    private final UserNames users;

    LoginLine(UserNames users) {
        this.users = users;
    }

    String of(List<SessionInfo> sessions) {
        Map<Long, List<SessionInfo>> byOwner = sessions.stream()
                .collect(Collectors.groupingBy(SessionInfo::owner, LinkedHashMap::new, Collectors.toList()));
        if (byOwner.size() > MOST_USERS) {
            return sessions.size() + " of " + byOwner.size() + " users";
        }
        return byOwner.entrySet().stream()
                .map(user -> SafeText.of(users.of(user.getKey())) + " (" + services(user.getValue()) + ")")
                .collect(Collectors.joining(", "));
    }

    private static String services(List<SessionInfo> sessions) {
        Map<String, Long> counts = sessions.stream()
                .collect(Collectors.groupingBy(SessionInfo::service, LinkedHashMap::new, Collectors.counting()));
        return counts.entrySet().stream()
                .map(service ->
                        (service.getValue() == 1 ? "" : service.getValue() + " ") + SafeText.of(service.getKey()))
                .collect(Collectors.joining(", "));
    }
}
