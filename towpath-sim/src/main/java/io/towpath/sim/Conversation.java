package io.towpath.sim;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// One TCP connection between two hosts with a user on each side, and the two oracles that know its bytes.
public final class Conversation {
    private final String name;
    private final SimHost client;
    private final SimHost server;
    private final ByteOracle toServer;
    private final ByteOracle toClient;
    private final Talk clientTalk;
    private final Talk serverTalk;
    private @Nullable Endpoint clientEnd;
    private @Nullable Endpoint serverEnd;
    private boolean failedToOpen;

    /// Plans a conversation; nothing happens before [#open] or [#openBoth].
    ///
    /// @param name for messages, and what its content depends on besides the world's seed
    public Conversation(String name, SimHost client, SimHost server, TalkPlan clientPlan, TalkPlan serverPlan) {
        var world = client.world();
        this.name = name;
        this.client = client;
        this.server = server;
        var chance = world.entropy().split("content " + name);
        toServer = new ByteOracle(name + " to server", chance.nextLong(), world.findings());
        toClient = new ByteOracle(name + " to client", chance.nextLong(), world.findings());
        clientTalk = new Talk(client, name + " client", clientPlan, toServer, toClient);
        serverTalk = new Talk(server, name + " server", serverPlan, toClient, toServer);
    }

    /// The client opens to a server that listens: see [Acceptor].
    ///
    /// @param localPort 0 lets the stack choose
    public void open(long now, Acceptor acceptor, IpAddress address, int localPort, TcpConfig config) {
        client.add(clientTalk);
        server.add(serverTalk);
        var to = new Endpoint(address, acceptor.port());
        // What the user writes at once is there before the SYN leaves, and goes with it where Fast Open lets it.
        switch (client.tcp().connect(now, null, localPort, address, acceptor.port(), config, new byte[0], 0, 0)) {
            case TcpConnection.Opened opened -> {
                var from = new Endpoint(
                        opened.connection().localAddress(), opened.connection().localPort());
                clientEnd = from;
                serverEnd = to;
                acceptor.expect(client.seen(from.address(), from.port()), this);
                clientTalk.over(now, opened.connection());
            }
            case TcpConnection.Failed failed -> {
                failedToOpen = true;
                clientTalk.failed(now, failed.error());
            }
        }
    }

    /// Both sides open to each other at once from fixed ports.
    public void openBoth(long now, IpAddress a, int portA, IpAddress b, int portB, TcpConfig forA, TcpConfig forB) {
        client.add(clientTalk);
        server.add(serverTalk);
        clientEnd = new Endpoint(a, portA);
        serverEnd = new Endpoint(b, portB);
        failedToOpen = !connect(now, clientTalk, client, a, portA, b, portB, forA)
                | !connect(
                        now, serverTalk, server, b, portB, client.seen(a, portA).address(), portA, forB);
    }

    private static boolean connect(
            long now,
            Talk talk,
            SimHost host,
            IpAddress local,
            int localPort,
            IpAddress remote,
            int remotePort,
            TcpConfig config) {
        return switch (host.tcp().connect(now, local, localPort, remote, remotePort, config, new byte[0], 0, 0)) {
            case TcpConnection.Opened opened -> {
                talk.over(now, opened.connection());
                yield true;
            }
            case TcpConnection.Failed failed -> {
                talk.failed(now, failed.error());
                yield false;
            }
        };
    }

    /// Its name.
    public String name() {
        return name;
    }

    /// The side that opens.
    public Talk clientTalk() {
        return clientTalk;
    }

    /// The side that listens, or the other one that opens.
    public Talk serverTalk() {
        return serverTalk;
    }

    /// What the client writes.
    public ByteOracle toServer() {
        return toServer;
    }

    /// What the server writes.
    public ByteOracle toClient() {
        return toClient;
    }

    /// The client's socket, null when it did not open.
    public @Nullable Endpoint clientEnd() {
        return clientEnd;
    }

    /// The server's socket, null when the client did not open.
    public @Nullable Endpoint serverEnd() {
        return serverEnd;
    }

    /// True when a user made a mistake that the stack told at once (no route, no port).
    public boolean isFailedToOpen() {
        return failedToOpen;
    }

    /// True when nobody will do anything more: both sides are done, or the client is and the server never
    /// heard of it.
    public boolean isDone() {
        return clientTalk.isDone() && (serverTalk.isDone() || serverTalk.connection() == null);
    }

    /// True when both sides closed in order: every byte written was delivered.
    public boolean isOrderly() {
        return clientTalk.outcome() == Talk.Outcome.ORDERLY && serverTalk.outcome() == Talk.Outcome.ORDERLY;
    }

    /// When the last side finished; [Time#NEVER] before.
    public long finishedAt() {
        return Math.max(clientTalk.finishedAt(), serverTalk.connection() == null ? 0 : serverTalk.finishedAt());
    }

    @Override
    public String toString() {
        return clientTalk.status() + "; " + serverTalk.status();
    }
}
