package io.towpath.sim;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.IpAddress;
import java.util.function.LongConsumer;

/// A bulk transfer from a client to a server: opens, sends, closes, and has every byte checked.
///
/// ```java
/// var transfer = Transfer.of(client, server, 1_000_000).start();
/// ```
public final class Transfer {
    private static final LongConsumer NOBODY = bytes -> {};
    private static final Talk.ByteSink NOTHING = (b, at, n) -> {};

    private final SimHost client;
    private final Acceptor acceptor;
    private final IpAddress address;
    private final long bytes;
    private final TcpConfig config;
    private final Conversation conversation;
    private long startedAt = Time.NEVER;
    private LongConsumer progress = NOBODY;
    private Talk.ByteSink onSent = NOTHING;
    private Talk.ByteSink onReceived = NOTHING;

    private Transfer(String name, SimHost client, Acceptor acceptor, IpAddress address, long bytes, TcpConfig config) {
        this.client = client;
        this.acceptor = acceptor;
        this.address = address;
        this.bytes = bytes;
        this.config = config;
        conversation = new Conversation(name, client, acceptor.host(), TalkPlan.sending(bytes), TalkPlan.receiving());
    }

    /// A transfer of `bytes` from `client` to port 9 of `server`, over IPv4 when both have it, each side with its
    /// host's default configuration. The server listens from now on.
    public static Transfer of(SimHost client, SimHost server, long bytes) {
        int version = server.hasAddress(4) && client.hasAddress(4) ? 4 : 6;
        var acceptor = Acceptor.listen(server, 9, 16, server.tcp().defaults());
        return of(
                "transfer",
                client,
                acceptor,
                server.address(version),
                bytes,
                client.tcp().defaults());
    }

    /// A transfer of `bytes` to a server that listens.
    ///
    /// @param name for messages; the content depends on it and on the world's seed
    public static Transfer of(
            String name, SimHost client, Acceptor acceptor, IpAddress address, long bytes, TcpConfig config) {
        return new Transfer(name, client, acceptor, address, bytes, config);
    }

    /// Opens the connection. Once.
    public Transfer start() {
        conversation.clientTalk().tap(onSent, NOTHING);
        conversation.serverTalk().tap(NOTHING, (b, at, n) -> {
            onReceived.bytes(b, at, n);
            progress.accept(conversation.toServer().delivered());
        });
        startedAt = client.now();
        conversation.open(startedAt, acceptor, address, 0, config);
        return this;
    }

    /// Tells `listener` the bytes delivered so far, each time there are more. Before [#start].
    public Transfer onProgress(LongConsumer listener) {
        progress = listener;
        return this;
    }

    /// Shows the bytes as the client writes them and as the server reads them. Before [#start].
    public Transfer tap(Talk.ByteSink sent, Talk.ByteSink received) {
        onSent = sent;
        onReceived = received;
        return this;
    }

    /// Bytes to be moved.
    public long bytes() {
        return bytes;
    }

    /// Bytes delivered so far.
    public long delivered() {
        return conversation.toServer().delivered();
    }

    /// True when it ended, well or not.
    public boolean isDone() {
        return conversation.isDone();
    }

    /// True when every byte arrived and both sides closed in order.
    public boolean isIntact() {
        return conversation.isOrderly() && delivered() == bytes;
    }

    /// When it was started; [Time#NEVER] before.
    public long startedAt() {
        return startedAt;
    }

    /// When it ended; [Time#NEVER] before.
    public long finishedAt() {
        return conversation.finishedAt();
    }

    /// Both sides of it.
    public Conversation conversation() {
        return conversation;
    }

    @Override
    public String toString() {
        return conversation.toString();
    }
}
