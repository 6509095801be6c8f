package io.towpath.sim;

import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.stack.StackConfig;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plays one [SctpScenario]: a phase with faults, in which nothing wrong may happen, then a healed one, in
/// which everything must come to an end within a bound.
public final class SctpSwarm {
    /// What wires do when nothing is wrong.
    static final Impairments HEALED = Impairments.NONE.withDelay(5 * Time.MILLISECOND);

    private static final long FAULTS_END = 30 * Time.SECOND;
    private static final long LIVENESS = 1500 * Time.SECOND;
    private static final int CLIENT_PORT = 20_000;
    private static final int SERVER_PORT = 5000;
    private static final int BACKLOG = 8;

    private final SctpScenario scenario;
    private final World world;
    private final SctpMover mover;
    private final SimHost client;
    private final SimHost server;
    private final SctpWires wires;
    private final List<Play> plays = new ArrayList<>();

    /// One association being played.
    private final class Play {
        final SctpScenario.Chat chat;
        final int index;
        final MessageFlow toServer;
        final MessageFlow toClient;
        final SctpTalk clientTalk;
        final SctpTalk serverTalk;
        final Door door;
        boolean begun;

        Play(SctpScenario.Chat chat, int index) {
            this.chat = chat;
            this.index = index;
            var c = chat.client();
            var s = chat.server();
            toServer = new MessageFlow(world, "to server " + index, c.streams(), c.bytesMax(), c.unordered());
            toClient = new MessageFlow(world, "to client " + index, s.streams(), s.bytesMax(), s.unordered());
            toServer.reliability(chat.reliability());
            toClient.reliability(chat.reliability());
            boolean lossless = !scenario.mayLose();
            // When something may be lost nobody waits for all of it: who has sent its own goes.
            clientTalk = new SctpTalk(
                    client,
                    "client " + index,
                    c,
                    toServer,
                    toClient,
                    lossless && !s.shutsDown() ? s.messages() : 0,
                    scenario.mayLose() ? this::reopen : null);
            serverTalk = new SctpTalk(
                    server,
                    "server " + index,
                    s,
                    toClient,
                    toServer,
                    lossless && !c.shutsDown() ? c.messages() : -1,
                    null);
            door = new Door(this);
            client.add(clientTalk);
        }

        void start() {
            begun = true;
            door.open(world.now());
            server.add(door);
            if (chat.opening() == SctpScenario.Opening.CROSSED) {
                door.connect(world.now());
            }
            connect(1 << 20);
        }

        void reopen() {
            world.at(world.now() + 200 * Time.MILLISECOND, "reopens", () -> connect(50));
        }

        void connect(int triesLeft) {
            if (clientTalk.isDone() || clientTalk.hasAssociation()) {
                return;
            }
            List<IpAddress> to = wires.ofServer().subList(0, chat.clientNames());
            SctpEndpoint own = clientDoor();
            var result = own == null
                    ? new Association.Failed(SctpError.ADDRESS_IN_USE)
                    : client.stack().sctp().connect(world.now(), own, to, SERVER_PORT + index, chat.clientConfig());
            if (result instanceof Association.Opened opened) {
                clientTalk.talk(world.now(), opened.association());
            } else if (triesLeft > 0 && scenario.mayLose()) {
                world.at(world.now() + Time.SECOND, "reopens", () -> connect(triesLeft - 1));
            } else if (chat.opening() != SctpScenario.Opening.CROSSED || scenario.mayLose()) {
                world.findings().add(world.now(), "outcome", "no association: " + result);
            }
        }

        /// The client's endpoint, of the same port always: a restart is one only from the same port.
        private @Nullable SctpEndpoint clientDoor() {
            SctpEndpoint[] found = {null};
            client.stack().sctp().forEachEndpoint(each -> {
                if (each.localPort() == CLIENT_PORT + index && !each.isClosed()) {
                    found[0] = each;
                }
            });
            if (found[0] != null) {
                return found[0];
            }
            var result = client.stack()
                    .sctp()
                    .bind(world.now(), told(wires.ofClient()), CLIENT_PORT + index, chat.clientConfig());
            if (!(result instanceof SctpEndpoint.Bound bound)) {
                return null;
            }
            // So that an INIT of the other side finds somebody, if both begin.
            client.stack().sctp().listen(world.now(), bound.endpoint(), BACKLOG);
            bound.endpoint().attach(new ClientDoor(this, bound.endpoint()));
            return bound.endpoint();
        }

        boolean isDone() {
            return begun && clientTalk.isDone() && serverTalk.isDone();
        }

        @Override
        public String toString() {
            return clientTalk.status() + "\n    " + serverTalk.status();
        }
    }

    /// The client's endpoint accepts what the server begins.
    private final class ClientDoor implements Actor {
        private final Play play;
        private final SctpEndpoint endpoint;

        ClientDoor(Play play, SctpEndpoint endpoint) {
            this.play = play;
            this.endpoint = endpoint;
        }

        @Override
        public void on(long now) {
            Association a = client.stack().sctp().accept(now, endpoint);
            if (a != null) {
                play.clientTalk.talk(now, a);
            }
        }

        @Override
        public long deadline() {
            return Time.NEVER;
        }

        @Override
        public boolean isDone() {
            return true;
        }

        @Override
        public void onReboot(long now) {
            // Made anew when it is needed.
        }

        @Override
        public String status() {
            return endpoint.toString();
        }
    }

    /// The server's endpoint.
    private final class Door implements Actor {
        private final Play play;
        private @Nullable SctpEndpoint endpoint;

        Door(Play play) {
            this.play = play;
        }

        void open(long now) {
            var result = server.stack()
                    .sctp()
                    .bind(now, told(wires.ofServer()), SERVER_PORT + play.index, play.chat.serverConfig());
            SctpEndpoint opened = ((SctpEndpoint.Bound) result).endpoint();
            server.stack().sctp().listen(now, opened, BACKLOG);
            opened.attach(this);
            endpoint = opened;
        }

        void connect(long now) {
            SctpEndpoint from = endpoint;
            if (from == null) {
                return;
            }
            var result =
                    server.stack().sctp().connect(now, from, wires.ofClient().subList(0, 1), CLIENT_PORT + play.index);
            if (result instanceof Association.Opened opened) {
                server.add(play.serverTalk);
                play.serverTalk.talk(now, opened.association());
            }
        }

        @Override
        public void on(long now) {
            SctpEndpoint from = endpoint;
            Association a = from == null ? null : server.stack().sctp().accept(now, from);
            if (a != null) {
                server.add(play.serverTalk);
                play.serverTalk.talk(now, a);
            }
        }

        @Override
        public long deadline() {
            return Time.NEVER;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void onReboot(long now) {
            open(now);
        }

        @Override
        public String status() {
            return "door " + play.index;
        }
    }

    /// Builds the world of `scenario` at its moment 0.
    public SctpSwarm(SctpScenario scenario) {
        this.scenario = scenario;
        world = new World(scenario.seed());
        mover = new SctpMover(world, () -> plays.stream().map(p -> p.clientTalk).toList());
        client = world.host("client");
        server = world.host("server");
        tunnel();
        wires = new SctpWires(world, scenario, client, server);
        for (int i = 0; i < scenario.wires().size(); i++) {
            mover.wire(wires.clientPort(i));
            impair(i);
        }
        for (SctpScenario.Cut cut : scenario.cuts()) {
            world.at(cut.at(), "wire " + cut.wire() + " is cut", () -> wires.cut(cut.wire()));
            world.at(cut.until(), "wire " + cut.wire() + " is mended", () -> impair(cut.wire()));
        }
        for (SctpScenario.Move move : scenario.moves()) {
            world.at(move.at(), "moves", () -> mover.move(move));
        }
        for (SctpScenario.Reset reset : scenario.resets()) {
            world.at(reset.at(), "resets all numbers", () -> {
                if (reset.chat() < plays.size()) {
                    Play play = plays.get(reset.chat());
                    (reset.client() ? play.clientTalk : play.serverTalk).reset();
                }
            });
        }
        for (SctpScenario.Handover handover : scenario.handovers()) {
            world.at(handover.at(), "is handed over", () -> {
                if (handover.chat() < plays.size()) {
                    Play play = plays.get(handover.chat());
                    (handover.client() ? play.clientTalk : play.serverTalk).handOver(handover.gapNanos());
                }
            });
        }
        for (Fault.Reboot reboot : scenario.reboots()) {
            world.at(
                    reboot.at(),
                    reboot.toString(),
                    () -> world.host(reboot.host()).reboot());
        }
        for (int i = 0; i < scenario.chats().size(); i++) {
            var play = new Play(scenario.chats().get(i), i);
            plays.add(play);
            world.at(play.chat.startAt(), "begins", play::start);
        }
    }

    /// SCTP in UDP, with a NAT box at the client that is there after a reboot, too.
    private void tunnel() {
        SctpScenario.Tunnel tunnel = scenario.tunnel();
        if (tunnel == null) {
            return;
        }
        var ports = new StackConfig.UdpEncapsulation(SctpConfig.ENCAPSULATION_PORT, SctpConfig.ENCAPSULATION_PORT);
        client.configure(StackConfig.defaults("client").withEncapsulation(ports));
        server.configure(StackConfig.defaults("server").withEncapsulation(ports));
        var box = new PortRewriter(SctpConfig.ENCAPSULATION_PORT, tunnel.rebindNanos(), FAULTS_END);
        box.install(client.stack());
        client.add(new Box(box));
    }

    /// Plugs the NAT box in again when the client forgot everything.
    private final class Box implements Actor {
        private final PortRewriter box;

        Box(PortRewriter box) {
            this.box = box;
        }

        @Override
        public void on(long now) {
            // It does nothing by itself.
        }

        @Override
        public long deadline() {
            return Time.NEVER;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void onReboot(long now) {
            box.install(client.stack());
        }

        @Override
        public String status() {
            return "NAT box";
        }
    }

    /// Whether the way to the client is lost now and then, until the client speaks.
    private boolean rebinds() {
        SctpScenario.Tunnel tunnel = scenario.tunnel();
        SctpScenario.NatPlan nat = scenario.nat();
        return tunnel != null && tunnel.rebindNanos() > 0
                || nat != null && !nat.forgets().isEmpty();
    }

    /// The addresses that an endpoint is bound to: none in particular, unless they are to be told in UDP.
    private List<IpAddress> told(List<IpAddress> addresses) {
        SctpScenario.Tunnel tunnel = scenario.tunnel();
        return tunnel != null && tunnel.named() ? addresses : List.of();
    }

    private void impair(int wire) {
        wires.impair(wire, world.now() >= FAULTS_END);
    }

    /// The world that is played in.
    public World world() {
        return world;
    }

    /// Plays it to the end.
    ///
    /// @throws SimFailure when anything went wrong
    public void play() {
        world.run(FAULTS_END);
        world.wires().forEach(wire -> wire.impair(HEALED));
        long patience = 0;
        for (Play play : plays) {
            patience += patience(play.chat.client()) + patience(play.chat.server());
        }
        require(
                world.runUntil(() -> plays.stream().allMatch(Play::isDone), world.now() + LIVENESS + patience),
                "users are not done in time: "
                        + plays.stream().map(p -> "\n    " + p).toList());
        require(
                world.runUntil(() -> left() == 0, world.now() + LIVENESS),
                "associations are left: " + client.stack().sctp().size() + " and "
                        + server.stack().sctp().size());
        world.run(world.now() + Time.SECOND);
        Ledger.check(world);
        plays.forEach(this::judge);
        if (!world.findings().isEmpty()) {
            throw new SimFailure(scenario.seed(), world.findings().kept());
        }
    }

    private static long patience(SctpScenario.Side side) {
        return side.messages() * (side.pauseNanos() + 2 * side.readPauseNanos() + Time.SECOND);
    }

    private int left() {
        return client.stack().sctp().size() + server.stack().sctp().size();
    }

    private void judge(Play play) {
        if (scenario.mayLose()) {
            return;
        }
        boolean all =
                play.toServer.missing().isEmpty() && play.toClient.missing().isEmpty();
        // When the box closes a port in the middle of a shutdown, the side that waits never hears of its end.
        boolean orderly = rebinds() || (play.clientTalk.isOrderly() && play.serverTalk.isOrderly());
        if (!all || !orderly) {
            world.findings()
                    .add(
                            world.now(),
                            "outcome",
                            "lost or disorderly, missing " + play.toServer.missing() + " and " + play.toClient.missing()
                                    + ": " + play);
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            world.findings().add(world.now(), "outcome", otherwise);
            throw new SimFailure(scenario.seed(), world.findings().kept());
        }
    }

    /// Bytes of messages that were delivered.
    public long bytesDelivered() {
        long sum = 0;
        for (Play play : plays) {
            sum += play.toServer.deliveredBytes() + play.toClient.deliveredBytes();
        }
        return sum;
    }

    /// IP packets that hosts sent.
    public long packets() {
        return client.lint().sent() + server.lint().sent();
    }
}
