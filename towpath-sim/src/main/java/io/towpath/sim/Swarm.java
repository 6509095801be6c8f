package io.towpath.sim;

import io.towpath.core.Entropy;
import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.nat.NatConfig;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpError;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plays one [Scenario]: a phase with faults, in which nothing wrong may happen, then a healed one, in
/// which everything must come to an end within a bound.
public final class Swarm {
    /// How long after the healing every user must be done, besides the time that the users themselves take. The
    /// largest pause between two retransmissions (60 s), TIME-WAIT that a new connection must wait for (120 s), and
    /// half-open connections found by keep-alive (190 s) fit in.
    private static final long LIVENESS = 600 * Time.SECOND;

    /// How long after that no connection may be left in any table: TIME-WAIT, and orphans.
    private static final long EMPTINESS = 600 * Time.SECOND;

    private static final Impairments HEALED = Impairments.NONE.withDelay(5 * Time.MILLISECOND);
    private static final int UDP_PORT = 7;

    /// How many connections one [Scenario.Opening#AGAIN] makes.
    static final int ROUNDS = 3;

    private record Played(Scenario.Chat chat, Conversation conversation) {}

    private final Scenario scenario;
    private final World world;
    private final SimHost client;
    private final SimHost server;
    private final Wire clientWire;
    private final List<Played> played = new ArrayList<>();
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final List<Actor> aside = new ArrayList<>();
    private @Nullable Acceptor shared;
    private int toStart;

    /// Builds the world of `scenario` at its moment 0.
    public Swarm(Scenario scenario) {
        this.scenario = scenario;
        world = new World(scenario.seed());
        var tcp = TcpConfig.defaults().withAuthentication(scenario.authentication());
        client = world.host("client").tcpDefaults(tcp);
        server = world.host("server").tcpDefaults(tcp);
        client.lint().slop(scenario.rtoSlopNanos());
        server.lint().slop(scenario.rtoSlopNanos());
        client.lint().signedBy(scenario.signature());
        server.lint().signedBy(scenario.signature());
        clientWire = scenario.routed() ? viaRouter() : direct();
        plan();
    }

    private Wire direct() {
        client.address(cidr(1, 1));
        server.address(cidr(1, 2));
        return connect(client, server, scenario.mtu());
    }

    private Wire viaRouter() {
        var router = world.host("router").forwarding();
        client.address(cidr(1, 1));
        router.address(cidr(1, 254));
        Wire near = connect(client, router, scenario.mtu());
        router.address(cidr(2, 254));
        server.address(cidr(2, 2));
        Wire far = world.connect(
                router, server, scenario.farMtu(), scenario.offloads(), Impairments.NONE.withDelay(Time.MILLISECOND));
        String any = scenario.version() == 4 ? "0.0.0.0/0" : "::/0";
        client.route(any, address(1, 254));
        server.route(any, address(2, 254));
        scenario.filtering().ifPresent(filtering -> {
            router.nat(NatConfig.outside(2).withFiltering(filtering).withLimits(limits()));
            client.seenAs(address(2, 254));
        });
        for (Fault fault : scenario.faults()) {
            if (fault instanceof Fault.PathMtu change) {
                world.at(change.at(), change.toString(), () -> {
                    router.rebootWithMtu(far, Math.min(change.mtu(), scenario.farMtu()));
                    if (change.silent()) {
                        near.lose(router, Sighting::isTooBig);
                    }
                });
            }
        }
        return near;
    }

    /// RFC 5382 §4.3 REQ-4: a SYN that meets none from inside within 6 seconds is answered with an error, which ends
    /// the opening of a server that opens at the same time as a client who is cut off. A NAT may also say nothing.
    private NatConfig.Limits limits() {
        boolean crossing = scenario.chats().stream().anyMatch(chat -> chat.opening() == Scenario.Opening.SIMULTANEOUS);
        NatConfig.Limits usual = NatConfig.Limits.defaults();
        return crossing ? usual.withHeldSyns(0) : usual;
    }

    private Wire connect(SimHost a, SimHost b, int mtu) {
        Wire wire = world.connect(a, b, mtu, scenario.offloads(), Impairments.NONE);
        impair(wire, scenario.toServer(), scenario.toClient());
        return wire;
    }

    private void impair(Wire wire, Impairments toServer, Impairments toClient) {
        wire.impair(wire.a().host, toServer);
        wire.impair(wire.b().host, toClient);
    }

    private String cidr(int network, int number) {
        return address(network, number) + (scenario.version() == 4 ? "/24" : "/64");
    }

    private String address(int network, int number) {
        return scenario.version() == 4 ? "10.0." + network + "." + number : "fd00:" + network + "::" + number;
    }

    private void plan() {
        for (Fault fault : scenario.faults()) {
            if (fault instanceof Fault.Partition cut) {
                planPartition(cut);
            } else if (fault instanceof Fault.Reboot reboot) {
                world.at(
                        reboot.at(),
                        reboot.toString(),
                        () -> world.host(reboot.host()).reboot());
            }
        }
        for (int i = 0; i < scenario.chats().size(); i++) {
            plan(i, scenario.chats().get(i));
        }
        IpAddress to = server.address(scenario.version());
        if (scenario.datagrams() > 0) {
            aside.add(UdpEcho.serve(server, UDP_PORT));
            aside.add(UdpExchange.start(
                    client, to, UDP_PORT, scenario.datagrams(), scenario.datagramBytesMax(), 200 * Time.MILLISECOND));
        }
        if (scenario.pings() > 0) {
            aside.add(Pings.start(client, to, scenario.pings(), 56, Time.SECOND));
        }
    }

    private void planPartition(Fault.Partition cut) {
        world.at(
                cut.at(),
                cut.toString(),
                () -> impair(
                        clientWire,
                        cut.toServer() ? Impairments.PARTITION : scenario.toServer(),
                        cut.toClient() ? Impairments.PARTITION : scenario.toClient()));
        world.at(cut.until(), "mended", () -> impair(clientWire, scenario.toServer(), scenario.toClient()));
    }

    private void plan(int i, Scenario.Chat chat) {
        IpAddress there = server.address(scenario.version());
        IpAddress here = client.address(scenario.version());
        if (chat.opening() == Scenario.Opening.SIMULTANEOUS) {
            var conversation = conversation("c" + i, chat);
            start(
                    chat.startAt(),
                    () -> conversation.openBoth(
                            world.now(),
                            here,
                            20_000 + i,
                            there,
                            30_000 + i,
                            chat.clientConfig(),
                            chat.serverConfig()));
            return;
        }
        Acceptor acceptor = acceptor(i, chat);
        if (chat.opening() == Scenario.Opening.AGAIN) {
            start(chat.startAt(), () -> openAgain(i, 1, chat, acceptor));
            return;
        }
        var conversation = conversation("c" + i, chat);
        start(chat.startAt(), () -> conversation.open(world.now(), acceptor, there, 0, chat.clientConfig()));
        if (chat.opening() == Scenario.Opening.LISTENER_CLOSES) {
            Entropy chance = world.entropy().split("listener " + i);
            long at = chat.startAt() + (long) (chance.nextDouble() * Time.SECOND);
            world.at(at, "listener " + i + " closes", () -> acceptor.close(world.now()));
        }
    }

    private Acceptor acceptor(int i, Scenario.Chat chat) {
        if (chat.opening() == Scenario.Opening.REFUSED) {
            return Acceptor.absent(server, 6000 + i);
        }
        boolean shares = scenario.crowded() && chat.opening() == Scenario.Opening.PASSIVE;
        Acceptor there = shared;
        if (shares && there != null) {
            return there;
        }
        var acceptor = Acceptor.listen(server, 5000 + i, shares ? 1 : 8, chat.serverConfig());
        acceptors.add(acceptor);
        if (shares) {
            shared = acceptor;
        }
        return acceptor;
    }

    private Conversation conversation(String name, Scenario.Chat chat) {
        var conversation = new Conversation(name, client, server, chat.client(), chat.server());
        played.add(new Played(chat, conversation));
        return conversation;
    }

    /// Opens from one and the same port, and once more whenever that is over.
    private void openAgain(int i, int round, Scenario.Chat chat, Acceptor acceptor) {
        var conversation = conversation("c" + i + "." + round, chat);
        conversation.open(world.now(), acceptor, server.address(scenario.version()), 40_000 + i, chat.clientConfig());
        if (round < ROUNDS) {
            whenDone(conversation, () -> openAgain(i, round + 1, chat, acceptor));
        }
    }

    private void whenDone(Conversation conversation, Runnable next) {
        start(world.now() + 300 * Time.MILLISECOND, () -> {
            if (conversation.isDone()) {
                next.run();
            } else {
                whenDone(conversation, next);
            }
        });
    }

    private void start(long at, Runnable opening) {
        toStart++;
        world.at(at, "opens", () -> {
            toStart--;
            opening.run();
        });
    }

    // ------------------------------------------------------------------------------------------- playing

    /// The world that is played in.
    public World world() {
        return world;
    }

    /// Plays it to the end.
    ///
    /// @throws SimFailure when anything went wrong
    public void play() {
        world.run(ScenarioDraw.FAULTS_END);
        world.wires().forEach(wire -> wire.impair(HEALED));
        long bound = world.now() + LIVENESS + scenario.patienceNanos();
        require(world.runUntil(this::isDone, bound), "users are not done in time: " + unfinished());
        acceptors.forEach(acceptor -> acceptor.close(world.now()));
        for (Actor actor : aside) {
            if (actor instanceof UdpEcho echo) {
                echo.close(world.now());
            }
        }
        require(
                world.runUntil(() -> Ledger.isEmpty(world), world.now() + EMPTINESS),
                "something is left: " + Ledger.leftovers(world));
        Ledger.check(world);
        played.forEach(this::judge);
        if (!world.findings().isEmpty()) {
            throw new SimFailure(scenario.seed(), world.findings().kept());
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            world.findings().add(world.now(), "outcome", otherwise);
            throw new SimFailure(scenario.seed(), world.findings().kept());
        }
    }

    private boolean isDone() {
        return toStart == 0
                && played.stream().allMatch(each -> each.conversation().isDone())
                && aside.stream().allMatch(actor -> actor instanceof UdpEcho || actor.isDone());
    }

    private String unfinished() {
        var text = new StringBuilder();
        for (Played each : played) {
            text.append(each.conversation().isDone() ? "" : "\n    " + each.conversation());
        }
        for (Actor actor : aside) {
            text.append(actor.isDone() || actor instanceof UdpEcho ? "" : "\n    " + actor.status());
        }
        return text.toString();
    }

    private void judge(Played each) {
        Scenario.Chat chat = each.chat();
        Conversation conversation = each.conversation();
        Talk opener = conversation.clientTalk();
        boolean right = true;
        if (scenario.reboots()) {
            right = opener.isDone();
        } else if (chat.mustSucceed()) {
            right = conversation.isOrderly()
                    && conversation.toServer().delivered() == chat.client().sendBytes()
                    && conversation.toClient().delivered() == chat.server().sendBytes();
        } else if (chat.opening() == Scenario.Opening.REFUSED) {
            right = opener.outcome() == Talk.Outcome.LEFT || opener.error() == TcpError.REFUSED;
        }
        if (!right) {
            world.findings().add(world.now(), "outcome", "wrong end: " + conversation);
        }
    }

    /// Bytes that were delivered to TCP users.
    public long bytesDelivered() {
        long sum = 0;
        for (Played each : played) {
            sum += each.conversation().toServer().delivered()
                    + each.conversation().toClient().delivered();
        }
        return sum;
    }

    /// IP packets that hosts sent.
    public long packets() {
        long sum = 0;
        for (SimHost host : world.hosts()) {
            sum += host.lint().sent();
        }
        return sum;
    }
}
