package io.towpath.sim;

import io.towpath.core.Event;
import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;

/// Two hosts and a wire, for tests of one scenario.
final class Lab {
    static final Impairments TEN_MILLIS = Impairments.NONE.withDelay(10 * Time.MILLISECOND);
    static final int PORT = 5000;

    final World world;
    final SimHost client;
    final SimHost server;
    final Wire wire;
    private final List<String> states = new ArrayList<>();

    Lab(long seed, Impairments impairments) {
        world = new World(seed);
        client = world.host("client").address("10.0.0.1/24").address("fd00::1/64");
        server = world.host("server").address("10.0.0.2/24").address("fd00::2/64");
        wire = world.connect(client, server, impairments);
        world.watch(
                (host, event) -> {
                    if (event instanceof TcpEvent.StateChanged changed) {
                        states.add(host.name() + " " + changed.to());
                    }
                },
                Event.Kind.TCP_STATE);
    }

    Conversation talk(TalkPlan clientPlan, TalkPlan serverPlan) {
        return talk("talk", clientPlan, serverPlan, TcpConfig.defaults(), TcpConfig.defaults());
    }

    Conversation talk(
            String name, TalkPlan clientPlan, TalkPlan serverPlan, TcpConfig clientConfig, TcpConfig serverConfig) {
        var acceptor = Acceptor.listen(server, PORT, 8, serverConfig);
        var conversation = new Conversation(name, client, server, clientPlan, serverPlan);
        conversation.open(world.now(), acceptor, server.address(4), 0, clientConfig);
        return conversation;
    }

    /// Runs until both users are done.
    boolean finish(Conversation conversation, long seconds) {
        return world.runUntil(conversation::isDone, world.now() + seconds * Time.SECOND);
    }

    /// Runs until nothing is left anywhere, and checks the books.
    void settle() {
        if (!world.runUntil(() -> Ledger.isEmpty(world), world.now() + 1000 * Time.SECOND)) {
            throw new AssertionError("left: " + Ledger.leftovers(world));
        }
        Ledger.check(world);
        if (!world.findings().isEmpty()) {
            throw new SimFailure(world.seed(), world.findings().kept());
        }
    }

    /// How often a host's connections entered a state.
    long visits(SimHost host, TcpState state) {
        return host.transitions().visits(state);
    }

    /// Every state entered, in order: `client SYN_SENT`.
    List<String> states() {
        return List.copyOf(states);
    }
}
