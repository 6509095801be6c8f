package io.towpath.sim;

import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.nat.NatConfig;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.config.PathMtuConfig;
import io.towpath.tcp.config.RecoveryConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A whole run, drawn from a seed by [ScenarioDraw]: the network, what is wrong with it, who talks to whom and
/// how, and what happens to them. It is data: [Swarm] plays it, [#toString] tells it.
///
/// @param seed from which it was drawn, and from which the world that plays it draws
/// @param version IP version of the traffic, 4 or 6
/// @param routed true when a router stands between client and server
/// @param filtering who may send to the client when the router is a NAT, empty when it is none
/// @param mtu of the client's wire, bytes
/// @param farMtu of the server's wire behind the router, bytes
/// @param offloads what the wires do for the stacks
/// @param toServer what happens to packets on their way to the server, in the phase with faults
/// @param toClient what happens to packets on their way to the client, in the phase with faults
/// @param chats TCP connections
/// @param crowded true when all of them come to one listener, which lets only one wait
/// @param faults what happens besides
/// @param datagrams UDP requests beside them
/// @param datagramBytesMax largest of them
/// @param pings echo requests beside them
public record Scenario(
        long seed,
        int version,
        boolean routed,
        Optional<NatConfig.Behavior> filtering,
        int mtu,
        int farMtu,
        Offloads offloads,
        Impairments toServer,
        Impairments toClient,
        List<Chat> chats,
        boolean crowded,
        List<Fault> faults,
        int datagrams,
        int datagramBytesMax,
        int pings) {
    /// How a connection is opened.
    public enum Opening {
        /// The server listens.
        PASSIVE,
        /// Both sides open at once.
        SIMULTANEOUS,
        /// The server listens, and when the connection is over the same port of the client opens another,
        /// twice.
        AGAIN,
        /// Nobody listens at the port.
        REFUSED,
        /// The server stops listening while the connection may be opening.
        LISTENER_CLOSES
    }

    /// One TCP connection.
    ///
    /// @param startAt when the client opens, in nanoseconds of the run
    /// @param opening how
    /// @param client what the client does
    /// @param server what the server does
    /// @param clientConfig the client's settings
    /// @param serverConfig the server's settings
    public record Chat(
            long startAt,
            Opening opening,
            TalkPlan client,
            TalkPlan server,
            TcpConfig clientConfig,
            TcpConfig serverConfig) {
        /// True when nothing but a reboot may end it early: every byte must arrive.
        public boolean mustSucceed() {
            return (opening == Opening.PASSIVE || opening == Opening.AGAIN || opening == Opening.SIMULTANEOUS)
                    && !client.isRude()
                    && !server.isRude();
        }

        Chat withSettings(UnaryOperator<TcpConfig> change) {
            return new Chat(startAt, opening, client, server, change.apply(clientConfig), change.apply(serverConfig));
        }

        Chat withAuthentication(AuthConfig value) {
            return withSettings(config -> config.withAuthentication(value));
        }

        Chat withClientConfig(TcpConfig value) {
            return new Chat(startAt, opening, client, server, value, serverConfig);
        }

        Chat withServerConfig(TcpConfig value) {
            return new Chat(startAt, opening, client, server, clientConfig, value);
        }

        @Override
        public String toString() {
            return SimText.time(startAt) + " " + opening.name().toLowerCase(Locale.ROOT) + "\n    client: " + client
                    + "\n      " + settings(clientConfig) + "\n    server: " + server + "\n      "
                    + settings(serverConfig);
        }
    }

    /// The keys of the hosts (RFC 2385): all connections share them, or there are none.
    AuthConfig authentication() {
        return chats.getFirst().clientConfig().authentication();
    }

    /// What the hosts add to every timeout.
    long rtoSlopNanos() {
        return chats.getFirst().clientConfig().rtoSlopNanos();
    }

    /// The kind of the option that every segment carries then; 0 for none.
    int signature() {
        AuthConfig keys = authentication();
        return keys.isEmpty() ? 0 : keys.masterKeys().isEmpty() ? 19 : 29;
    }

    /// True when a host of a connection loses its memory: its connections may die then.
    public boolean reboots() {
        return reboots(faults);
    }

    static boolean reboots(List<Fault> faults) {
        for (Fault fault : faults) {
            if (fault instanceof Fault.Reboot reboot && !reboot.host().equals("router")) {
                return true;
            }
        }
        return false;
    }

    /// How long the users themselves take at most, with their rests and their small steps, when nothing is
    /// lost.
    long patienceNanos() {
        long sum = 0;
        for (Chat chat : chats) {
            int rounds = chat.opening() == Opening.AGAIN ? Swarm.ROUNDS : 1;
            sum += rounds * direction(chat.client(), chat.clientConfig(), chat.server(), chat.serverConfig());
            sum += rounds * direction(chat.server(), chat.serverConfig(), chat.client(), chat.clientConfig());
        }
        return sum;
    }

    private static long direction(TalkPlan from, TcpConfig fromConfig, TalkPlan to, TcpConfig toConfig) {
        long writes = 1 + from.sendBytes() / Math.min(from.writeMax(), fromConfig.sendBuffer());
        // A window of which half must be open before it is told, a segment that waits for its delayed ACK.
        int step = Math.max(1, Math.min(toConfig.receiveBuffer() / 2, fromConfig.sendBuffer()));
        step = to.habits().allocates() > 0 ? Math.min(step, to.habits().allocates() / 2) : step;
        long reads = 1 + from.sendBytes() / Math.min(to.readMax(), step);
        long segment = fromConfig.mss() == 0 ? 500 : fromConfig.mss() / 2;
        long segments = 1 + from.sendBytes() / Math.min(segment, step);
        return writes * from.writePauseNanos() + reads * 2 * to.readPauseNanos() + segments * Time.SECOND;
    }

    private static String settings(TcpConfig c) {
        return c.congestion() + " mss " + (c.mss() == 0 ? "by MTU" : Integer.toString(c.mss())) + " buffers "
                + c.sendBuffer() + "/" + c.receiveBuffer()
                + (c.timestamps() ? " timestamps" : "") + (c.sack() ? " sack" : "")
                + (c.windowScaling() ? " scaling" : "") + (c.noDelay() ? " nodelay" : "")
                + (c.tuning().receive() ? " receive-tuned " + c.tuning().receiveMax() : "")
                + (c.tuning().send() ? " send-tuned " + c.tuning().sendMax() : "")
                + signature(c.authentication())
                + (c.keepAlive() ? " keepalive" : "") + ecn(c.ecn())
                + (c.synQueueMax() < 10 ? " synQueue " + c.synQueueMax() : "")
                + recovery(c.recovery())
                + (c.initialWindowSegments() != 10 ? " iw " + c.initialWindowSegments() : "") + " minRto "
                + c.minRtoNanos() / 1_000_000 + " ms delayedAck "
                + c.delayedAckNanos() / 1_000_000 + " ms"
                + (c.rtoSlopNanos() > 0 ? " slop " + c.rtoSlopNanos() / 1_000_000 + " ms" : "")
                + (c.pathMtu().use() == PathMtuConfig.Use.OFF ? "" : " probes " + c.pathMtu())
                + (c.fastOpen().client() ? " fast open" : "");
    }

    private static String signature(AuthConfig keys) {
        return keys.masterKeys().isEmpty()
                ? keys.isEmpty() ? "" : " signed"
                : " signed under " + keys.masterKeys() + (keys.icmpIgnored() ? "" : " believing ICMP");
    }

    private static String recovery(RecoveryConfig r) {
        return r.equals(RecoveryConfig.defaults()) ? "" : " " + r;
    }

    private static String ecn(EcnConfig ecn) {
        if (!ecn.accept() && !ecn.request()) {
            return "";
        }
        return " ecn" + (ecn.request() ? " asked" : "") + (ecn.accurate() ? " accurate" : "")
                + (ecn.option() ? " by bytes" : "");
    }

    static String wire(Impairments i) {
        var text = new StringBuilder();
        text.append("delay ").append(i.delayNanos() / 1000).append(" us");
        tell(text, " jitter us ", i.jitterNanos() / 1000);
        tell(text, " loss ", i.loss());
        tell(text, " bursts ", i.bursts().meanLoss());
        tell(text, " duplicate ", i.duplicate());
        tell(text, " reorder ", i.reorder());
        tell(text, " corrupt ", i.corrupt());
        tell(text, " rate B/s ", i.rateBytesPerSecond());
        tell(text, " marks ", i.ecnMark());
        return text.toString();
    }

    private static void tell(StringBuilder text, String what, double value) {
        if (value != 0) {
            text.append(what).append(Math.round(value * 1000) / 1000.0);
        }
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        text.append("seed ").append(seed).append(": IPv").append(version);
        filtering.ifPresent(
                it -> text.append(", NAT filtering ").append(it.name().toLowerCase(Locale.ROOT)));
        text.append(routed ? ", routed, MTU " + mtu + " then " + farMtu : ", MTU " + mtu);
        text.append(offloads.segmentationMax() > 0 ? ", super-segments" : "");
        text.append(offloads.checksum() ? ", checksum offload" : "");
        text.append("\n  to server: ").append(wire(toServer));
        text.append("\n  to client: ").append(wire(toClient));
        text.append(crowded ? "\n  one listener, backlog 1" : "");
        for (Chat chat : chats) {
            text.append("\n  connection at ").append(chat);
        }
        for (Fault fault : faults) {
            text.append("\n  fault at ").append(fault);
        }
        if (datagrams > 0) {
            text.append("\n  ")
                    .append(datagrams)
                    .append(" datagrams of up to ")
                    .append(datagramBytesMax)
                    .append(" bytes");
        }
        if (pings > 0) {
            text.append("\n  ").append(pings).append(" pings");
        }
        return text.toString();
    }
}
