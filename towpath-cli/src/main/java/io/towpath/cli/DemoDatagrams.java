package io.towpath.cli;

import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.sim.Actor;
import io.towpath.sim.SimHost;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.wire.IpAddress;
import java.util.Arrays;

/// The demo's UDP exchange: sends a datagram, waits for its echo, sends it again when none comes, then the next. UDP
/// repeats nothing, so the user does.
final class DemoDatagrams implements Actor {
    private static final int PORT = 7;
    private static final int LENGTH = 512;
    private static final int TRIES_MAX = 200;

    private final SimHost host;
    private final UdpEndpoint socket;
    private final IpAddress server;
    private final Entropy entropy;
    private final int wanted;
    private final long patienceNanos;
    private final byte[] datagram = new byte[LENGTH];
    private int echoed;
    private int sent;
    private int tries;
    private long bestNanos = Long.MAX_VALUE;
    private long sentAt;
    private boolean damaged;
    private long again = Time.NEVER;

    /// @param wanted datagrams to be echoed
    /// @param patienceNanos how long it waits for an echo
    DemoDatagrams(SimHost host, IpAddress server, int wanted, long patienceNanos, Entropy entropy) {
        this.host = host;
        this.server = server;
        this.wanted = wanted;
        this.patienceNanos = patienceNanos;
        this.entropy = entropy;
        this.socket = bind(host, 0);
        socket.attach(this);
    }

    private static UdpEndpoint bind(SimHost host, int port) {
        return switch (host.udp().bind(host.now(), null, port, UdpConfig.defaults())) {
            case UdpEndpoint.Bound(UdpEndpoint bound) -> bound;
            case UdpEndpoint.Failed(UdpError error) ->
                throw new IllegalStateException("no UDP socket at port " + port + ": " + error);
        };
    }

    void start(long now) {
        entropy.fill(datagram);
        send(now);
    }

    private void send(long now) {
        host.udp().send(now, socket, server, PORT, datagram, 0, LENGTH);
        sent++;
        tries++;
        sentAt = now;
        again = now + patienceNanos;
    }

    @Override
    public void on(long now) {
        for (Packet packet = socket.receive(); packet != null; packet = socket.receive()) {
            boolean equal = Arrays.equals(packet.bytes, packet.at, packet.end, datagram, 0, LENGTH);
            packet.release();
            if (isDone()) {
                continue;
            }
            if (equal) {
                bestNanos = Math.min(bestNanos, now - sentAt);
                echoed++;
                tries = 0;
                again = Time.NEVER;
                if (echoed < wanted) {
                    entropy.fill(datagram);
                    send(now);
                }
            } else {
                // The echo of a datagram that was given up too early is not damage; nothing is given up too early here.
                damaged = true;
            }
        }
        if (!isDone() && now >= again) {
            send(now);
        }
    }

    int echoed() {
        return echoed;
    }

    int sent() {
        return sent;
    }

    int wanted() {
        return wanted;
    }

    long bestNanos() {
        return bestNanos;
    }

    boolean isIntact() {
        return echoed == wanted && !damaged;
    }

    @Override
    public long deadline() {
        return isDone() ? Time.NEVER : again;
    }

    @Override
    public boolean isDone() {
        return echoed == wanted || damaged || tries >= TRIES_MAX;
    }

    @Override
    public void onReboot(long now) {
        throw new IllegalStateException("the demo reboots nobody");
    }

    @Override
    public String status() {
        return "UDP " + echoed + " of " + wanted + " echoed";
    }

    /// The server's side: sends back what comes.
    static final class Echo implements Actor {
        private final SimHost host;
        private final UdpEndpoint socket;

        Echo(SimHost host) {
            this.host = host;
            this.socket = bind(host, PORT);
            socket.attach(this);
        }

        @Override
        public void on(long now) {
            for (Packet packet = socket.receive(); packet != null; packet = socket.receive()) {
                IpAddress from = IpAddress.of(packet.sourceHigh, packet.sourceLow);
                int port = UdpEndpoint.sourcePort(packet);
                host.udp().send(now, socket, from, port, packet.bytes, packet.at, packet.length());
                packet.release();
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
            throw new IllegalStateException("the demo reboots nobody");
        }

        @Override
        public String status() {
            return "UDP echo";
        }
    }
}
