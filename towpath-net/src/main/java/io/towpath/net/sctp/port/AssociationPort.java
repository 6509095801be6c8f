package io.towpath.net.sctp.port;

import io.towpath.core.Signals;
import io.towpath.net.shard.Call;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.Opened;
import io.towpath.net.shard.Readiness;
import io.towpath.net.shard.Shard;
import io.towpath.net.shard.ShardSocket;
import io.towpath.net.shard.SocketFaults;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.HandoverObstacle;
import io.towpath.sctp.Message;
import io.towpath.sctp.Received;
import io.towpath.sctp.SavedAssociation;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpLayer;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// An association without blocking, between application threads and its shard.
public final class AssociationPort extends ShardSocket {
    private static final int SHUTDOWN = 1;
    private static final int RELEASE = 1 << 1;
    private static final int ABORT = 1 << 2;
    private static final int SEND = 1 << 3;

    /// What a call takes at most besides what it gives: messages, bytes, and the share of the receive buffer. The peer
    /// is told of a window that is larger by so much.
    private static final int AHEAD_MAX = 128;

    private static final int AHEAD_BYTES_MAX = 1 << 16;
    private static final int AHEAD_SHARE = 8;

    /// Something that runs on the shard's owner.
    public interface Work<T extends @Nullable Object> {
        /// @param sctp the engine
        /// @param association this port's
        T run(long now, SctpLayer sctp, Association association);
    }

    /// What [#poll] found.
    ///
    /// @param received null when nothing waits
    /// @param over whether nothing will come any more; only then `error` counts
    /// @param error why it ended, null when it was shut down in order
    public record Next(
            @Nullable Received received,
            boolean over,
            @Nullable SctpError error) {}

    private final Association association;
    private final ReentrantLock receiving = new ReentrantLock();
    private final ArrayDeque<Received> ahead = new ArrayDeque<>(2);
    private final Outbox outbox = new Outbox();
    private volatile boolean hasAhead;
    private volatile int messagesAhead; // written with the lock for receiving held
    private volatile boolean waiting;
    private volatile boolean blocked;
    private volatile boolean established;
    private volatile boolean over;
    private volatile boolean released;
    private volatile Readiness readiness = Readiness.NOBODY;
    private volatile @Nullable IOException cause;
    private volatile @Nullable Object handle;

    /// The user wants the shutdown, but messages that were taken wait for a stream reset. The owner's.
    private boolean shutdownWaits;

    /// On the [EndpointPort]'s list of those that have something. The owner's.
    boolean queued;

    /// On the shard's owner.
    public AssociationPort(Shard shard, Association association) {
        super(shard);
        this.association = association;
        association.attach(this);
        shard.list(this);
        look();
    }

    /// Begins an association.
    ///
    /// @param local own addresses to tell the peer, empty for all
    /// @param localPort own port, 0 for any
    /// @param remote the peer's addresses, the one to begin with first
    /// @throws SocketException when it cannot be begun
    public static AssociationPort open(
            Shard shard, List<IpAddress> local, int localPort, List<IpAddress> remote, int port, SctpConfig config)
            throws SocketException {
        return open(shard, (now, sctp) -> sctp.connect(now, local, localPort, remote, port, config));
    }

    /// Goes on with an association that another process had.
    ///
    /// @throws SocketException when that cannot be
    public static AssociationPort restore(Shard shard, SavedAssociation saved, SctpConfig config)
            throws SocketException {
        return open(shard, (now, sctp) -> sctp.restore(now, saved, config));
    }

    /// Begins one in any way.
    static AssociationPort open(Shard shard, SctpWork<Association.Result> beginning) throws SocketException {
        Opened<AssociationPort, SctpError> opened =
                SctpWork.on(shard, (now, sctp) -> switch (beginning.run(now, sctp)) {
                    case Association.Opened(Association a) -> {
                        sctp.interleaveParts(now, a, false);
                        yield new Opened<>(new AssociationPort(shard, a), null);
                    }
                    case Association.Failed(SctpError error) -> new Opened<>(null, error);
                });
        AssociationPort made = opened.socket();
        if (made == null) {
            throw SctpFaults.of(opened.reason());
        }
        return made;
    }

    // ---- the shard's side -----------------------------------------------------------------------------------------

    /// Publishes what the association is now.
    private void look() {
        if (association.isClosed()) {
            over = true;
            shard.unlist(this);
        }
        established |= switch (association.stateName()) {
            case CLOSED, COOKIE_WAIT, COOKIE_ECHOED -> false;
            case ESTABLISHED, SHUTDOWN_PENDING, SHUTDOWN_SENT, SHUTDOWN_RECEIVED, SHUTDOWN_ACK_SENT -> true;
        };
        waiting = over || association.readable();
    }

    @Override
    protected void fulfil(long now, int bits) {
        SctpLayer sctp = shard.stack().sctp();
        if ((bits & ABORT) != 0) {
            outbox.clear();
            sctp.abort(now, association);
        } else {
            shutdownWaits |= (bits & SHUTDOWN) != 0;
            boolean ignored = sendPosted(now);
        }
        if ((bits & RELEASE) != 0) {
            discard(now);
        }
        look();
    }

    @Override
    protected void onSignals(long now, int bits, Driving driving) {
        if (released) {
            discard(now);
        }
        if ((bits & Signals.CONNECTED) != 0) {
            established = true; // also when it is over again by now
        }
        if ((bits & (Signals.WRITABLE | Signals.CLOSED)) != 0) {
            blocked = !sendPosted(now);
        }
        look();
        VarHandle.fullFence(); // before looking for callers: see ParkingSpot
        readiness.onReady(bits, driving);
    }

    /// What comes for a user who is gone makes no window small, so that the shutdown can end.
    private void discard(long now) {
        Received next;
        do {
            next = shard.stack().sctp().receive(now, association);
        } while (next != null);
    }

    @Override
    protected void closeByHost() {
        // As its user would; what has not ended when the host's time is over is aborted then.
        released = true;
        readiness.onReady(Signals.CLOSED, Driving.ofThisThread());
        ask(SHUTDOWN | RELEASE);
    }

    @Override
    protected void fail(IOException why) {
        cause = why;
        released = true;
        over = true;
        shard.unlist(this);
        readiness.onReady(Signals.CLOSED, Driving.ofThisThread());
    }

    // ---- the application's side -----------------------------------------------------------------------------------

    /// The association. All but its number and ports belongs to the shard's owner.
    public Association association() {
        return association;
    }

    /// What the user hung on it: its own name for the association.
    public @Nullable Object handle() {
        return handle;
    }

    /// Hangs the user's own name for the association on it.
    public void handle(@Nullable Object own) {
        handle = own;
    }

    /// Sets who is told of signals from now on.
    public void readiness(Readiness reader) {
        readiness = reader;
    }

    /// True once the handshake is over, and from then on.
    public boolean isEstablished() {
        return established;
    }

    /// True when the association has ended; there may be something to receive yet.
    public boolean isOver() {
        return over;
    }

    /// True after [#close] or [#abort], or when the host is gone.
    public boolean isReleased() {
        return released;
    }

    /// True when [#poll] would have something to tell.
    public boolean canReceive() {
        return waiting || hasAhead || released;
    }

    /// True unless the last message found no room and there is none yet.
    public boolean canSend() {
        return !blocked || over || released;
    }

    /// The next message or notification, or that there is none.
    ///
    /// @throws SocketException when the port was released
    public Next poll() throws SocketException {
        check();
        receiving.lock();
        try {
            Received next = ahead.poll();
            if (next != null) {
                hasAhead = !ahead.isEmpty();
                if (next instanceof Message) {
                    int left = messagesAhead - 1;
                    messagesAhead = left;
                    outbox.onReceived();
                }
                return new Next(next, false, null);
            }
            return new Call<Next>() {
                @Override
                protected Next answer(long now) {
                    return takeSeveral(now);
                }
            }.on(shard);
        } finally {
            receiving.unlock();
        }
    }

    /// On the shard's owner: takes what waits behind the next message along, for a reader who comes for every small
    /// message would hinder the shard's owner more than he takes.
    private Next takeSeveral(long now) {
        Next first = take(now);
        int bytes = Math.min(AHEAD_BYTES_MAX, association.config().receiveBytesMax() / AHEAD_SHARE);
        int messages = 0;
        while (bytes > 0 && ahead.size() < AHEAD_MAX) {
            Received next = take(now).received();
            if (next == null) {
                break;
            }
            if (next instanceof Message message) {
                bytes -= message.length();
                messages++;
            }
            ahead.add(next);
        }
        messagesAhead = messages;
        hasAhead = !ahead.isEmpty();
        if (first.received() instanceof Message) {
            outbox.onReceived();
        }
        return first;
    }

    /// On the shard's owner: the next message or notification.
    Next take(long now) {
        Received received = shard.stack().sctp().receive(now, association);
        waiting = over || association.readable();
        return new Next(received, received == null && association.isClosed(), association.error());
    }

    /// On the shard's owner: true when [#take] would have a message or a notification.
    boolean hasNext() {
        return association.readable();
    }

    /// Hands a message over; it is copied. One of many small messages may be taken before the engine saw it:
    /// what becomes impossible meanwhile is told by [io.towpath.sctp.Notification.SendFailed].
    ///
    /// @return null when it was taken; [SctpError#WOULD_BLOCK] when there is no room
    /// @throws SocketException when the port was released
    /// @throws IllegalArgumentException when `options` name a shared key that the association does not send with
    public @Nullable SctpError send(byte[] data, int at, int n, SendOptions options) throws SocketException {
        check();
        if (!over && outbox.offer(shard.time().now(), data, at, n, options)) {
            leave(SEND);
            return null;
        }
        SctpError refused = new Call<@Nullable SctpError>() {
            @Override
            protected @Nullable SctpError answer(long now) {
                SctpError error = sendPosted(now)
                        ? shard.stack().sctp().send(now, association, data, at, n, options)
                        : SctpError.WOULD_BLOCK;
                if (error == null) {
                    outbox.onTaken(n, options, association.config().sendBytesMax());
                }
                blocked = error == SctpError.WOULD_BLOCK;
                outbox.open(!blocked);
                return error;
            }
        }.on(shard);
        if (refused == SctpError.BAD_KEY) {
            throw new IllegalArgumentException(
                    "The association has no shared key " + options.keyId() + " to send with");
        }
        return refused;
    }

    /// On the shard's owner: hands over what was left for it, in order.
    ///
    /// @return false when some has to wait for a stream reset
    private boolean sendPosted(long now) {
        SctpLayer sctp = shard.stack().sctp();
        for (Outbox.Batch batch = outbox.next(); batch != null; batch = outbox.next()) {
            for (; !batch.isTaken(); batch.onTaken()) {
                if (!sctp.post(now, association, batch.bytes, batch.at(), batch.length(), batch.options())) {
                    outbox.open(false);
                    return false;
                }
            }
        }
        if (shutdownWaits) {
            shutdownWaits = false;
            sctp.shutdown(now, association);
        }
        outbox.open(association.writableOrTell());
        return true;
    }

    /// What stands in the way of [#save]: what the engine says, and what waits in this port.
    public Set<HandoverObstacle> handoverReadiness() throws SocketException {
        return ask((now, sctp, a) -> obstacles(now, sctp));
    }

    /// Saves the association for another process.
    public SavedAssociation.Result save() throws SocketException {
        return ask((now, sctp, a) -> {
            Set<HandoverObstacle> obstacles = obstacles(now, sctp);
            return obstacles.isEmpty() ? sctp.save(now, a) : new SavedAssociation.NotReady(obstacles);
        });
    }

    private Set<HandoverObstacle> obstacles(long now, SctpLayer sctp) {
        boolean posted = sendPosted(now);
        Set<HandoverObstacle> found = sctp.handoverReadiness(association);
        if (messagesAhead > 0) {
            found.add(HandoverObstacle.NOT_RECEIVED); // acknowledged: nobody would send them again
        }
        if (!posted) {
            found.add(HandoverObstacle.MESSAGES_QUEUED);
        }
        return found;
    }

    /// Runs `work` on the shard's owner and waits for its answer.
    public <T extends @Nullable Object> T ask(Work<T> work) throws SocketException {
        return SctpWork.on(shard, (now, sctp) -> work.run(now, sctp, association));
    }

    /// Runs `work` on the shard's owner.
    ///
    /// @throws SocketException when it ends with an error
    public void demand(Work<@Nullable SctpError> work) throws SocketException {
        SctpWork.demand(shard, (now, sctp) -> work.run(now, sctp, association));
    }

    /// Why the association ended, null when it was shut down in order.
    public @Nullable SctpError error() throws SocketException {
        return this.<@Nullable SctpError>ask((now, sctp, a) -> a.error());
    }

    /// Why a message was not taken: when the association is over, why it is.
    public SocketException sendFault(SctpError error) {
        if (error == SctpError.CLOSED && !released) {
            try {
                SctpError why = error();
                return SctpFaults.of(why == null ? SctpError.SHUTTING_DOWN : why);
            } catch (SocketException dead) {
                return dead;
            }
        }
        return SctpFaults.of(error);
    }

    /// Why it could not be opened.
    public SocketException connectFault() {
        IOException why = cause;
        if (why != null) {
            return SocketFaults.dead(why);
        }
        try {
            SctpError error = error();
            // Without an error it was shut down in order before anybody saw it open: no connection all the same.
            return SctpFaults.of(error == null ? SctpError.REFUSED : error);
        } catch (SocketException dead) {
            return dead;
        }
    }

    /// Its state.
    public AssociationState.Name state() throws SocketException {
        return ask((now, sctp, a) -> a.stateName());
    }

    /// @throws SocketException when the port was released
    public void check() throws SocketException {
        if (released) {
            IOException why = cause;
            throw why == null ? SocketFaults.closed() : SocketFaults.dead(why);
        }
    }

    /// Shuts the association down: no more messages are taken, those that were are delivered.
    public void shutdown() {
        ask(SHUTDOWN);
    }

    /// Shuts the association down and lets go of it: what still comes is dropped. Callers that are blocked must
    /// be woken by whoever blocked them. Idempotent.
    public void close() {
        if (!released) {
            released = true;
            ask(SHUTDOWN | RELEASE);
        }
    }

    /// Ends the association at once and lets go of it.
    public void abort() {
        released = true;
        ask(ABORT | RELEASE);
    }
}
