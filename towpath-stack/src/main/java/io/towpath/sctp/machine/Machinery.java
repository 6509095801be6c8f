package io.towpath.sctp.machine;

import io.towpath.core.Context;
import io.towpath.core.Drop;
import io.towpath.core.Network;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.TxBatch;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.send.DataWriter;
import io.towpath.sctp.send.SackArrival;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The files of the machine put together, for [io.towpath.sctp.SctpLayer].
public final class Machinery {
    /// Tables and common acts.
    public final Engine engine;

    /// The user's calls.
    public final UserCalls calls;

    /// Associations that go to another process, and come from one.
    public final Handover handover;

    private final Transmission transmission;
    private final PacketArrival arrival;
    private final Timeouts timeouts;
    private final NetworkErrors errors;

    /// A machine without associations.
    ///
    /// @param endpoints finds who listens
    /// @param endpointDone called with an endpoint of a client whose last association ended
    public Machinery(
            Context context, Network network, PacketArrival.Endpoints endpoints, Consumer<SctpEndpoint> endpointDone) {
        engine = new Engine(context, network, endpointDone);
        var shutdown = new Shutdown(engine);
        var establishment = new Establishment(engine, shutdown);
        var inits = new InitArrival(engine, establishment);
        var cookies = new CookieArrival(engine, establishment);
        var sacks = new SackArrival(context, network);
        var chunks = new ChunkArrival(engine, sacks, shutdown, establishment, cookies);
        calls = new UserCalls(engine, shutdown);
        transmission = new Transmission(engine, new DataWriter(context, engine.partial));
        arrival = new PacketArrival(engine, endpoints, inits, cookies, chunks);
        timeouts = new Timeouts(engine, shutdown);
        errors = new NetworkErrors(engine);
        handover = new Handover(engine, establishment);
    }

    /// A packet whose checksum is right. Why it was dropped, null if it was not.
    public @Nullable Drop input(long now, Packet packet) {
        return arrival.on(now, packet);
    }

    /// Whether a packet whose checksum is wrong is taken, because it has none and its association agreed on
    /// that.
    public boolean takesWithoutChecksum(Packet packet) {
        return arrival.takesWithoutChecksum(packet);
    }

    /// An ICMP error.
    public void onNetworkError(long now, NetworkError error, byte[] quoted, int at, int end) {
        errors.on(now, error, quoted, at, end);
    }

    /// Runs timers.
    public void tick(long now) {
        for (Association a = engine.pollDue(now); a != null; a = engine.pollDue(now)) {
            timeouts.on(now, a);
        }
    }

    /// Writes packets.
    public boolean poll(long now, TxBatch out) {
        return engine.poll(now, transmission, out);
    }

    /// Packets in queues are dropped: the host is switched off.
    public void discard(long now) {
        engine.replies.discard(now);
    }
}
