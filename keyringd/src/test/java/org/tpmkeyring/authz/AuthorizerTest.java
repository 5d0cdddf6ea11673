// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.authz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tpmkeyring.protocol.api.ChangePassword;
import org.tpmkeyring.protocol.api.CheckVolume;
import org.tpmkeyring.protocol.api.CloseDoor;
import org.tpmkeyring.protocol.api.CloseSession;
import org.tpmkeyring.protocol.api.Diagnose;
import org.tpmkeyring.protocol.api.KeepPassword;
import org.tpmkeyring.protocol.api.ListKeys;
import org.tpmkeyring.protocol.api.ListVaults;
import org.tpmkeyring.protocol.api.Lock;
import org.tpmkeyring.protocol.api.Method;
import org.tpmkeyring.protocol.api.Methods;
import org.tpmkeyring.protocol.api.OpenSession;
import org.tpmkeyring.protocol.api.ReleaseAuthtok;
import org.tpmkeyring.protocol.api.Request;
import org.tpmkeyring.protocol.api.TpmInfo;
import org.tpmkeyring.protocol.api.TpmPcrs;
import org.tpmkeyring.protocol.api.TpmSelfTest;
import org.tpmkeyring.protocol.api.Unlock;
import org.tpmkeyring.protocol.wire.MalformedMessageException;
import org.tpmkeyring.protocol.wire.RecordCodec;

/** Every method against every kind of peer. */
final class AuthorizerTest {
    private static final long ALICE = 1000;
    private static final long BOB = 1001;
    private static final Set<Method<?, ?>> ROOT_ONLY = Set.of(
            TpmSelfTest.METHOD,
            CloseDoor.METHOD,
            CheckVolume.METHOD,
            ReleaseAuthtok.METHOD,
            Diagnose.METHOD,
            OpenSession.METHOD,
            CloseSession.METHOD,
            KeepPassword.METHOD,
            ChangePassword.METHOD);
    private static final Set<Method<?, ?>> TOUCHES_VAULTS = Set.of(
            CloseDoor.METHOD,
            OpenSession.METHOD,
            CloseSession.METHOD,
            KeepPassword.METHOD,
            ReleaseAuthtok.METHOD,
            ChangePassword.METHOD);
    private static final Set<Method<?, ?>> MACHINE = Set.of(TpmInfo.METHOD, TpmPcrs.METHOD);

    private final Authorizer authorizer = new Authorizer(new UserRange(1000, 60000));

    static Stream<Method<?, ?>> methods() {
        return Methods.ALL.stream();
    }

    /** A request with every member that has to be there, and more members as given. */
    private static Request request(Method<?, ?> method, Map<String, Object> more) {
        Map<String, Object> tree = new HashMap<>();
        for (RecordComponent component : method.request().getRecordComponents()) {
            if (component.getType() == String.class) {
                tree.put(component.getName(), "x");
            } else if (component.getType().isEnum()) {
                tree.put(component.getName(), firstConstant(component.getType()));
            }
        }
        tree.putAll(more);
        try {
            return method.request().cast(RecordCodec.fromTree(method.request().asSubclass(Record.class), tree));
        } catch (MalformedMessageException e) {
            throw new IllegalArgumentException(method.name() + " " + e.parameter(), e);
        }
    }

    private static String firstConstant(Class<?> type) {
        return type.getEnumConstants()[0].toString().toLowerCase(java.util.Locale.ROOT);
    }

    private static boolean hasOwner(Method<?, ?> method) {
        return Stream.of(method.request().getRecordComponents())
                .anyMatch(component -> component.getName().equals("owner"));
    }

    private Decision decide(long peer, Method<?, ?> method, Map<String, Object> more) {
        return authorizer.decide(peer, method, request(method, more));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyMethodHasARule(Method<?, ?> method) {
        assertThat(Authorizer.hasRule(method)).isTrue();
        assertThat(request(method, Map.of()).machineOnly())
                .isEqualTo(
                        (ROOT_ONLY.contains(method) && !TOUCHES_VAULTS.contains(method)) || MACHINE.contains(method));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void rootMayDoEverythingForEverybody(Method<?, ?> method) {
        assertThat(decide(0, method, Map.of())).isEqualTo(new Decision.Allowed(0));
        if (hasOwner(method)) {
            assertThat(decide(0, method, Map.of("owner", BOB))).isEqualTo(new Decision.Allowed(BOB));
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aUserMayDoEverythingWithHisOwnVaults(Method<?, ?> method) {
        if (ROOT_ONLY.contains(method)) {
            assertThat(decide(ALICE, method, Map.of())).isInstanceOf(Decision.Refused.class);
            return;
        }
        assertThat(decide(ALICE, method, Map.of())).isEqualTo(new Decision.Allowed(ALICE));
        if (hasOwner(method)) {
            assertThat(decide(ALICE, method, Map.of("owner", ALICE))).isEqualTo(new Decision.Allowed(ALICE));
        } else {
            assertThat(MACHINE).contains(method);
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aUserMayDoNothingWithAnotherUsersVaultsNorWithRoots(Method<?, ?> method) {
        if (hasOwner(method) && !ROOT_ONLY.contains(method)) {
            for (long owner : new long[] {0, BOB}) {
                assertThat(decide(ALICE, method, Map.of("owner", owner)))
                        .isEqualTo(new Decision.Refused("touch the vaults of uid " + owner, ""));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyoneElseMayDoNothing(Method<?, ?> method) {
        for (long peer : new long[] {1, 33, 999, 60001, 65534, 4294967294L}) {
            assertThat(decide(peer, method, Map.of()))
                    .isEqualTo(new Decision.Refused("use keyringd: only root and uids 1000 to 60000 may", ""));
            if (hasOwner(method)) {
                assertThat(decide(peer, method, Map.of("owner", peer))).isInstanceOf(Decision.Refused.class);
                assertThat(decide(peer, method, Map.of("owner", ALICE))).isInstanceOf(Decision.Refused.class);
            }
        }
    }

    @Test
    void onlyRootListsEverybody() {
        Map<String, Object> all = Map.of("all", true);
        assertThat(decide(ALICE, ListKeys.METHOD, all))
                .isEqualTo(new Decision.Refused("list everybody's keys", "list --all"));
        assertThat(decide(ALICE, ListVaults.METHOD, all))
                .isEqualTo(new Decision.Refused("list everybody's vaults", "vault list --all"));
        assertThat(decide(0, ListKeys.METHOD, all)).isEqualTo(new Decision.Allowed(0));
        assertThat(decide(ALICE, Unlock.METHOD, all)).isEqualTo(new Decision.Allowed(ALICE));
        assertThat(decide(ALICE, Lock.METHOD, all)).isEqualTo(new Decision.Allowed(ALICE));
    }

    @Test
    void aMethodWithoutARuleIsForRootAlone() {
        Method<TpmInfo.Request, TpmInfo.Reply> unknown =
                new Method<>("Unknown", TpmInfo.Request.class, TpmInfo.Reply.class, false);
        assertThat(decide(0, unknown, Map.of())).isEqualTo(new Decision.Allowed(0));
        assertThat(decide(ALICE, unknown, Map.of())).isEqualTo(new Decision.Refused("call Unknown", ""));
    }

    @ParameterizedTest
    @ValueSource(longs = {1000, 1001, 60000})
    void theRangeIncludesItsEnds(long uid) {
        assertThat(decide(uid, TpmInfo.METHOD, Map.of())).isEqualTo(new Decision.Allowed(uid));
    }

    @Test
    void rootIsNeverOneOfTheUsers() {
        assertThatThrownBy(() -> new UserRange(0, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UserRange(10, 9)).isInstanceOf(IllegalArgumentException.class);
    }
}
