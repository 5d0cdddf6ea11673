// SPDX-License-Identifier: Apache-2.0
package org.tpmkeyring.service;

import java.util.OptionalInt;
import org.tpmkeyring.kernel.KernelException;
import org.tpmkeyring.protocol.api.AddKey;
import org.tpmkeyring.protocol.value.KeyName;
import org.tpmkeyring.protocol.value.PcrSelection;
import org.tpmkeyring.protocol.value.VaultName;
import org.tpmkeyring.secret.SecretBuffer;
import org.tpmkeyring.target.KeySpec;
import org.tpmkeyring.target.Material;
import org.tpmkeyring.target.Target;
import org.tpmkeyring.target.Targets;

/** Adds a key, made or given. */
final class AddKeyCase implements Handler<AddKey.Request, AddKey.Reply> {
    private static final String LABEL = "key";

    private final Targets targets;
    private final Randomness randomness;
    private final KeyAdding adding;

    AddKeyCase(Targets targets, Randomness randomness, KeyAdding adding) {
        this.targets = targets;
        this.randomness = randomness;
        this.adding = adding;
    }

    @Override
    public AddKey.Reply handle(Call<AddKey.Request> call) {
        AddKey.Request request = call.request();
        KeyName name = new KeyName(request.name());
        VaultMaker.Order vault = new VaultMaker.Order(
                call.owner(),
                call.byRoot(),
                new VaultName(request.vault().orElse(Vaults.DEFAULT_NAME)),
                request.when(),
                request.pcrs().map(PcrSelection::parse),
                request.allowUnmeasured(),
                request.noRecovery(),
                request.reopenable(),
                request.pin());
        Target target = targets.of(request.target());
        KeySpec spec = spec(call.owner(), name, request);
        int sizeBytes = target.check(spec);
        KeyAdding.Added added = adding.add(new KeyAdding.Order(
                vault,
                call.secrets(),
                name,
                target,
                target.neededAtOnce(spec),
                () -> material(call.secrets(), target, spec, sizeBytes)));
        return new AddKey.Reply(added.key(), added.createdVault(), added.delivery());
    }

    private Material material(SecretDialogue secrets, Target target, KeySpec spec, int sizeBytes) {
        try (SecretBuffer secret = spec.generate() ? randomness.secret(sizeBytes) : secrets.want(LABEL, sizeBytes)) {
            return target.make(spec, secret);
        } catch (KernelException e) {
            throw KernelRefusals.refusal(e, "key '" + spec.name() + "'");
        }
    }

    private static KeySpec spec(long owner, KeyName name, AddKey.Request request) {
        return new KeySpec(
                owner,
                name,
                request.generate(),
                request.sizeBytes().map(OptionalInt::of).orElse(OptionalInt.empty()),
                request.description(),
                request.format(),
                request.mount(),
                request.directory(),
                request.opens());
    }
}
