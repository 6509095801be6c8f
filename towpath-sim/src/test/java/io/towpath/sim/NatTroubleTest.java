package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.nat.NatConfig;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.tcp.TcpConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two hosts behind a NAT and one in front of it, on bad wires that get better: every byte arrives, and in
/// the end nobody remembers anything.
class NatTroubleTest {
    private static final int CHATS = 6;

    private static Impairments bad(Entropy chance) {
        return ScenarioDraw.impairments(chance);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void connectionsThroughANatArriveWhole(long seed) {
        var world = new World(seed);
        Entropy chance = Entropy.seeded(seed);
        var first = world.host("first").address("10.0.1.2/24").seenAs("203.0.113.1");
        var second = world.host("second").address("10.0.2.2/24").seenAs("203.0.113.1");
        var router = world.host("router").forwarding().address("10.0.1.1/24");
        Offloads offloads = chance.chance(0.5) ? new Offloads(true, 65_535) : Offloads.NONE;
        var near = world.connect(first, router, 1500, offloads, bad(chance));
        router.address("10.0.2.1/24");
        var aside = world.connect(second, router, bad(chance));
        router.address("203.0.113.1/24");
        var server = world.host("server").address("203.0.113.7/24");
        int mtu = chance.chance(0.5) ? 1500 : 700;
        var far = world.connect(router, server, mtu, offloads, bad(chance));
        first.route("0.0.0.0/0", "10.0.1.1");
        second.route("0.0.0.0/0", "10.0.2.1");
        router.nat(NatConfig.outside(3).withMapping(any(chance)).withFiltering(any(chance)));
        world.at(20 * Time.SECOND, "all wires are good", () -> {
            near.impair(Lab.TEN_MILLIS);
            aside.impair(Lab.TEN_MILLIS);
            far.impair(Lab.TEN_MILLIS);
        });
        var acceptor = Acceptor.listen(server, 9, 16, TcpConfig.defaults());
        List<Conversation> all = new ArrayList<>();
        for (int i = 0; i < CHATS; i++) {
            SimHost client = i % 2 == 0 ? first : second;
            var conversation = new Conversation(
                    "talk " + i,
                    client,
                    server,
                    TalkPlan.sending(1 + chance.nextInt(100_000)),
                    TalkPlan.sending(1 + chance.nextInt(100_000)));
            int port = 40_000 + i;
            world.at(
                    chance.nextInt(5) * Time.SECOND,
                    "open " + i,
                    () -> conversation.open(world.now(), acceptor, server.address(4), port, TcpConfig.defaults()));
            all.add(conversation);
        }
        assertThat(world.runUntil(() -> all.stream().allMatch(Conversation::isDone), 3600 * Time.SECOND))
                .as("%s", all)
                .isTrue();
        assertThat(all).allMatch(Conversation::isOrderly);
        var counters = router.context().counters();
        assertThat(counters.get(Counter.NAT_OUT)).isPositive();
        assertThat(counters.get(Counter.NAT_IN)).isPositive();
        // The last connection's time after its end, and then nothing.
        boolean forgotten = world.runUntil(
                () -> Ledger.isEmpty(world) && router.stack().nat().mappingCount() == 0,
                world.now() + 3 * 3600 * Time.SECOND);
        assertThat(forgotten)
                .as("%s %s", Ledger.leftovers(world), router.stack().nat().mappings(world.now()))
                .isTrue();
        Ledger.check(world);
        assertThat(world.findings().isEmpty()).isTrue();
    }

    private static Behavior any(Entropy chance) {
        return Behavior.values()[chance.nextInt(3)];
    }
}
