package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.sctp.Association;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Received;
import io.towpath.sctp.SavedAssociation;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpFeatures;
import io.towpath.wire.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A transfer both ways over a bad wire, whose ends go on in another process again and again: the host that had the
/// association forgets everything, and gets back the bytes that were saved. Nothing is lost, nothing comes twice, and
/// each stream keeps its order.
class SctpHandoverTest {
    private static final int MESSAGES = 300;
    private static final int HANDOVERS = 12;
    private static final long STEP = 2 * Time.MILLISECOND;
    private static final Impairments BAD = Impairments.NONE
            .with()
            .delay(8 * Time.MILLISECOND)
            .jitter(Time.MILLISECOND)
            .loss(0.04)
            .duplicate(0.05)
            .build();

    /// One end.
    private static final class End {
        final World world;
        final SimHost host;
        final MessageFlow out;
        final MessageFlow in;
        final SctpConfig config;

        @Nullable
        Association association;

        MessageFlow.@Nullable Next pending;
        int handovers;
        boolean over;

        End(World world, SimHost host, MessageFlow out, MessageFlow in, SctpConfig config) {
            this.world = world;
            this.host = host;
            this.out = out;
            this.in = in;
            this.config = config;
        }

        Association association() {
            return java.util.Objects.requireNonNull(association);
        }

        void step(boolean handsOver) {
            var sctp = host.stack().sctp();
            Association a = association();
            for (Received next = sctp.receive(world.now(), a); next != null; next = sctp.receive(world.now(), a)) {
                if (next instanceof Message message) {
                    in.arrived(world.now(), message);
                } else if (next instanceof Notification.ShutdownComplete) {
                    over = true;
                } else {
                    assertThat(next).isNotInstanceOf(Notification.CommunicationLost.class);
                }
            }
            if (handsOver) {
                handOver(a);
                return;
            }
            while (out.sent() < MESSAGES && a.heldBytes() < 60_000) {
                MessageFlow.Next next = pending == null ? out.next(a.outboundStreams()) : pending;
                pending = next;
                if (sctp.send(world.now(), a, next.data(), 0, next.data().length, next.options()) != null) {
                    return;
                }
                out.accepted(next);
                pending = null;
            }
        }

        private void handOver(Association a) {
            var result = host.stack().sctp().save(world.now(), a);
            if (result instanceof SavedAssociation.Saved(SavedAssociation state)) {
                byte[] bytes = state.toBytes();
                host.reboot();
                var restored = host.stack().sctp().restore(world.now(), SavedAssociation.parse(bytes), config);
                assertThat(restored).isInstanceOf(Association.Opened.class);
                association = ((Association.Opened) restored).association();
                handovers++;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theTransferGoesOnWhereverItsEndsAre(long seed) {
        var world = new World(seed);
        SimHost one = world.host("one").address("10.0.0.1/24").address("10.0.0.11/24");
        SimHost two = world.host("two").address("10.0.0.2/24");
        world.connect(one, two, 1500, Offloads.NONE, BAD);
        var config = SctpConfig.defaults()
                .withFeatures(SctpFeatures.defaults()
                        .withInterleaving(seed % 2 == 0)
                        .withEcn(true)
                        .withAuthentication(seed % 3 == 0)
                        .withAddressConfiguration(seed % 3 == 0));
        var toTwo = new MessageFlow(world, "to two", 6, 4000, 0.3);
        var toOne = new MessageFlow(world, "to one", 6, 4000, 0.3);
        var first = new End(world, one, toTwo, toOne, config);
        var second = new End(world, two, toOne, toTwo, config);
        var endpoint = ((SctpEndpoint.Bound) two.stack().sctp().bind(0, List.of(), 5000, config)).endpoint();
        two.stack().sctp().listen(0, endpoint, 1);
        first.association = ((Association.Opened)
                        one.stack().sctp().connect(0, List.of(), 0, List.of(IpAddress.parse("10.0.0.2")), 5000, config))
                .association();
        while (second.association == null) {
            world.run(world.now() + STEP);
            second.association = two.stack().sctp().accept(world.now(), endpoint);
        }
        while (toTwo.delivered() < MESSAGES || toOne.delivered() < MESSAGES) {
            first.step(isDue(first, toTwo));
            second.step(isDue(second, toOne));
            world.run(world.now() + STEP);
            assertThat(world.now()).isLessThan(1000 * Time.SECOND);
        }
        one.stack().sctp().shutdown(world.now(), first.association());
        while (!first.over || !second.over) {
            world.run(world.now() + STEP);
            first.step(false);
            second.step(false);
            assertThat(world.now()).isLessThan(2000 * Time.SECOND);
        }
        assertThat(world.findings().kept()).isEmpty();
        // The transfer may end before an end is ready for its last one.
        assertThat(first.handovers).isBetween(HANDOVERS - 2, HANDOVERS);
        assertThat(second.handovers).isBetween(HANDOVERS - 2, HANDOVERS);
    }

    private static boolean isDue(End end, MessageFlow out) {
        return end.handovers < HANDOVERS && out.sent() >= (end.handovers + 1) * MESSAGES / (HANDOVERS + 1);
    }
}
