package io.towpath.net.shard;

import io.towpath.core.ByteRing;
import io.towpath.core.Signals;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpIndication;
import io.towpath.tcp.TcpInfo;
import io.towpath.tcp.TcpLayer;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.TcpUser;
import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A TCP connection between application threads and its shard, without blocking: what blocking streams are built
/// on, and selectors can be.
///
/// Data goes through the connection's own rings: the application writes straight into the send ring as its one
/// producer and reads from the receive ring as its one consumer, so neither needs the shard. The shard is told
/// afterwards, and only when that can matter. What the engine knows and applications ask for (connected, end of
/// stream, dead and why) is published in [#flags], after the bytes that came before it: whoever sees the end of the
/// stream and then finds the ring empty has read everything.
public final class StreamSocket extends ShardSocket {
    /// Flags of the shard.
    public static final int CONNECTED = 1;

    public static final int END_OF_STREAM = 1 << 1;
    public static final int DEAD = 1 << 2;

    /// Flag of the application: it will write no more.
    private static final int OUTPUT_SHUT = 1 << 3;

    /// Flag of the application: it will read no more.
    private static final int INPUT_SHUT = 1 << 4;

    private static final int WRITTEN = 1;
    private static final int CONSUMED = 1 << 1;
    private static final int SHUT_OUTPUT = 1 << 2;
    private static final int ABORT = 1 << 3;
    private static final int RELEASE = 1 << 4;
    private static final int DROP_INPUT = 1 << 5;

    /// In [#users]: the application closed the socket.
    private static final int CLOSED = 1 << 31;

    /// About one segment: RFC 9293 §3.8.6.2.2 lets a receiver announce room in no smaller steps.
    private static final int WINDOW_STEP = 1460;

    private static final VarHandle FLAGS;
    private static final VarHandle USERS;

    static {
        try {
            var lookup = MethodHandles.lookup();
            FLAGS = lookup.findVarHandle(StreamSocket.class, "flags", int.class).withInvokeExactBehavior();
            USERS = lookup.findVarHandle(StreamSocket.class, "users", int.class).withInvokeExactBehavior();
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TcpConnection connection;
    private final Endpoint local;
    private final Endpoint remote;
    private final ByteRing in;
    private final ByteRing out;
    private volatile int flags;
    private volatile int users;
    private volatile boolean aborting;
    private volatile boolean urgentInline = true;
    private volatile TcpConfig config;
    private volatile Readiness readiness = Readiness.NOBODY;

    // Published by DEAD.
    private @Nullable TcpError error;
    private @Nullable IOException cause;

    // The owner's: nobody reads any more, so what comes is thrown away.
    private boolean droppingInput;

    // The reader's own: bytes taken from the ring since the shard was last told.
    private int taken;

    /// On the shard's owner.
    public StreamSocket(Shard shard, TcpConnection connection) {
        super(shard);
        this.connection = connection;
        this.local = new Endpoint(connection.localAddress(), connection.localPort());
        this.remote = new Endpoint(connection.remoteAddress(), connection.remotePort());
        this.in = connection.receiveRing();
        this.out = connection.sendRing();
        this.flags = flagsNow();
        this.config = connection.config();
        connection.attach(this);
        shard.list(this);
    }

    /// What signals would have told if they had had somebody to tell it to.
    private int flagsNow() {
        TcpState state = connection.state();
        int now = state.isSynchronized() ? CONNECTED : 0;
        if (connection.endOfStream()) {
            now |= END_OF_STREAM;
        }
        if (connection.isDead()) {
            error = connection.error();
            now |= DEAD;
        }
        return now;
    }

    // ---- the shard's side -----------------------------------------------------------------------------------------

    @Override
    protected void fulfil(long now, int bits) {
        TcpLayer tcp = shard.stack().tcp();
        if ((flags & DEAD) == 0) {
            if ((bits & WRITTEN) != 0) {
                tcp.written(now, connection);
            }
            if ((bits & CONSUMED) != 0) {
                tcp.consumed(now, connection);
            }
            if ((bits & SHUT_OUTPUT) != 0) {
                tcp.close(now, connection);
            }
            if ((bits & DROP_INPUT) != 0) {
                droppingInput = true;
                dropInput(now);
            }
            if ((bits & ABORT) != 0) {
                sendWritten(now);
                tcp.abort(now, connection);
            } else if ((bits & RELEASE) != 0) {
                tcp.release(now, connection);
            }
        }
        if ((bits & RELEASE) != 0) {
            connection.attach(null);
            shard.unlist(this);
        }
    }

    /// Before an abort: what was written before leaves as far as the window allows, as it would have if the shard had
    /// learnt of the write a moment before. The rest is thrown away: RFC 9293 §3.10.5, "all segments queued for
    /// transmission … should be flushed".
    private void sendWritten(long now) {
        if (out.readable() > 0) {
            boolean ignored = shard.stack().poll(now);
        }
    }

    private void dropInput(long now) {
        if (in.readable() > 0) {
            in.release(in.tail());
            shard.stack().tcp().consumed(now, connection);
        }
    }

    @Override
    protected void onSignals(long now, int bits, Driving driving) {
        int news = 0;
        if ((bits & Signals.CONNECTED) != 0) {
            news |= CONNECTED;
        }
        if ((bits & Signals.END_OF_STREAM) != 0) {
            news |= END_OF_STREAM;
        }
        if ((bits & Signals.CLOSED) != 0) {
            error = connection.error();
            news |= connection.endOfStream() ? DEAD | END_OF_STREAM : DEAD;
        }
        if (news != 0) {
            int ignored = (int) FLAGS.getAndBitwiseOr(this, news);
        }
        if (droppingInput && (bits & Signals.READABLE) != 0) {
            dropInput(now);
        }
        VarHandle.fullFence(); // before looking for callers: see ParkingSpot
        readiness.onReady(bits, driving);
    }

    @Override
    protected void closeByHost() {
        boolean ignored = close(false);
        readiness.onReady(Signals.CLOSED, Driving.ofThisThread());
    }

    @Override
    protected void fail(IOException why) {
        if ((flags & DEAD) == 0) {
            cause = why;
            int ignored = (int) FLAGS.getAndBitwiseOr(this, DEAD);
        }
        shard.unlist(this);
        readiness.onReady(Signals.CLOSED, Driving.ofThisThread());
    }

    // ---- the application's side -----------------------------------------------------------------------------------

    public Endpoint local() {
        return local;
    }

    public Endpoint remote() {
        return remote;
    }

    /// Sets who is told of signals from now on.
    public void readiness(Readiness readiness) {
        this.readiness = readiness;
    }

    public int flags() {
        return flags;
    }

    /// Why the socket is dead while it was being opened.
    public SocketException connectFault() {
        IOException why = cause;
        if (why != null) {
            return SocketFaults.dead(why);
        }
        TcpError last = error;
        return last == null ? SocketFaults.closed() : SocketFaults.connecting(last, remote);
    }

    private SocketException fault(String otherwise) {
        IOException why = cause;
        if (why != null) {
            return SocketFaults.dead(why);
        }
        TcpError last = error;
        return last == null ? new SocketException(otherwise) : SocketFaults.broken(last);
    }

    /// Begins a use of the rings, which ends with [#exit]. The connection is released when the socket is closed and
    /// no use is left, so nobody touches the rings afterwards.
    ///
    /// @throws SocketException when the socket is closed
    public void enter() throws SocketException {
        shard.time().enter();
        int now;
        do {
            now = users;
            if (now < 0) {
                throw SocketFaults.closed();
            }
        } while (!USERS.compareAndSet(this, now, now + 1));
    }

    /// Ends a use.
    public void exit() {
        int before = (int) USERS.getAndAdd(this, -1);
        if (before == (CLOSED | 1)) {
            letGo();
        }
    }

    public boolean isClosed() {
        return users < 0;
    }

    /// Closes the socket: data that was written is still sent. False when it was closed before. Callers that are
    /// blocked must be woken by whoever blocked them.
    public boolean close(boolean abort) {
        if (abort) {
            aborting = true;
        }
        int before = (int) USERS.getAndBitwiseOr(this, CLOSED);
        if (before == 0) {
            letGo();
        }
        return before >= 0;
    }

    private void letGo() {
        ask(aborting ? ABORT | RELEASE : RELEASE);
    }

    /// Takes what is there, up to `n` bytes (at least 1). One reader at a time, within [#enter] and [#exit].
    ///
    /// @return how many bytes; 0 when nothing is there yet, -1 at the end of the stream
    /// @throws SocketException when the connection broke, after all that was received was read
    public int read(byte[] to, int at, int n) throws SocketException {
        int seen = flags;
        if ((seen & INPUT_SHUT) != 0) {
            return -1;
        }
        int count = take(to, at, n);
        if (count == 0) {
            seen = flags;
            if ((seen & (END_OF_STREAM | DEAD)) == 0) {
                return 0;
            }
            count = take(to, at, n); // what was published before the flag
            if (count == 0) {
                if ((seen & END_OF_STREAM) != 0) {
                    return -1;
                }
                throw fault("Socket closed");
            }
        }
        taken += count;
        if (taken >= in.capacityMax() >> 2) {
            tellTaken();
        }
        return count;
    }

    private int take(byte[] to, int at, int n) {
        return in.read(to, at, urgentInline ? n : beforeUrgent(n));
    }

    /// RFC 6093 §2: urgent data is a point in the stream, but those who know it as "out-of-band" data take the one
    /// byte before that point for it, and do not want it among the others. Skips that byte if it comes next.
    ///
    /// @return how many of the next `n` bytes come before it
    private int beforeUrgent(int n) {
        while (true) {
            int readable = in.readable(); // the tail before the mark
            long distance = connection.urgentEnd() - 1 - in.head();
            if (distance < 0 || distance >= readable) {
                return Math.min(n, readable);
            }
            if (distance > 0) {
                return (int) Math.min(n, distance);
            }
            in.release(in.head() + 1);
            taken++;
        }
    }

    /// The reader, before it waits for more: room may be due to be announced.
    public void beforeWait() {
        if (taken >= Math.min(in.capacityMax() >> 2, WINDOW_STEP)) {
            tellTaken();
        }
    }

    private void tellTaken() {
        taken = 0;
        ask(CONSUMED);
    }

    /// Bytes that can be read at once.
    public int readable() {
        return in.readable();
    }

    /// True when [#read] would not return 0.
    public boolean canRead() {
        if ((flags & (END_OF_STREAM | DEAD | INPUT_SHUT)) != 0) {
            return true;
        }
        int readable = in.readable();
        // The byte of urgent data alone is nothing to read.
        return readable > 1 || readable == 1 && (urgentInline || connection.urgentEnd() - 1 != in.head());
    }

    /// True when the connection is established, or was.
    public boolean isConnected() {
        return (flags & CONNECTED) != 0;
    }

    /// True when the connection is neither being opened nor open.
    public boolean isDead() {
        return (flags & DEAD) != 0;
    }

    /// Says that nothing more will be read: readers are at the end of the stream from now on. Step one of two.
    ///
    /// @return false when that was said before
    public boolean shutInput() {
        return ((int) FLAGS.getAndBitwiseOr(this, INPUT_SHUT) & INPUT_SHUT) == 0;
    }

    /// Step two, once no reader is in the ring: what comes is acknowledged and thrown away.
    public void dropInput() {
        ask(DROP_INPUT);
    }

    /// True after [#shutInput].
    public boolean isInputShut() {
        return (flags & INPUT_SHUT) != 0;
    }

    /// Whether the last byte of urgent data is read like any other. True unless told otherwise.
    public void urgentInline(boolean inline) {
        urgentInline = inline;
    }

    /// True when the last byte of urgent data is read like any other.
    public boolean urgentInline() {
        return urgentInline;
    }

    /// Hands over as much as there is room for. One writer at a time, within [#enter] and [#exit].
    ///
    /// @return how many bytes, 0 when there is no room
    /// @throws SocketException when the connection broke or the output was shut down
    public int write(byte[] from, int at, int n) throws SocketException {
        int seen = flags;
        if ((seen & (DEAD | OUTPUT_SHUT)) != 0) {
            throw fault((seen & OUTPUT_SHUT) != 0 ? "Socket output is shutdown" : "Broken pipe");
        }
        int count = out.write(from, at, n);
        if (count > 0) {
            ask(WRITTEN);
        }
        return count;
    }

    /// Bytes that [#write] would take.
    public int writable() {
        return out.writable();
    }

    /// Bytes that fit the send buffer when it is empty.
    public int sendCapacity() {
        return out.capacityMax();
    }

    /// True when [#write] would not return 0.
    public boolean canWrite(int atLeast) {
        return out.writable() >= atLeast || (flags & (DEAD | OUTPUT_SHUT)) != 0;
    }

    /// Says that nothing more will be written. Step one of two: writers fail from now on.
    public boolean shutOutput() {
        return ((int) FLAGS.getAndBitwiseOr(this, OUTPUT_SHUT) & OUTPUT_SHUT) == 0;
    }

    /// Step two, once no writer is in the ring: a FIN follows the data.
    public void sendEnd() {
        ask(SHUT_OUTPUT);
    }

    public boolean isOutputShut() {
        return (flags & OUTPUT_SHUT) != 0;
    }

    /// True when all that was written is acknowledged.
    public boolean isAllAcknowledged() {
        return out.readable() == 0;
    }

    /// Writes one byte of urgent data. One writer at a time, within [#enter] and [#exit].
    ///
    /// @return false when there is no room
    /// @throws SocketException when the connection broke or the output was shut down
    public boolean writeUrgent(byte data) throws SocketException {
        int seen = flags;
        if ((seen & (DEAD | OUTPUT_SHUT)) != 0) {
            throw fault((seen & OUTPUT_SHUT) != 0 ? "Socket output is shutdown" : "Broken pipe");
        }
        return new Call<Boolean>() {
            @Override
            protected Boolean answer(long now) {
                boolean room = out.write(new byte[] {data}, 0, 1) == 1;
                if (room) {
                    shard.stack().tcp().sendUrgent(now, connection);
                    shard.stack().tcp().written(now, connection);
                }
                return room;
            }
        }.on(shard);
    }

    /// The settings as they are now.
    public TcpConfig config() {
        return config;
    }

    /// Changes settings of the open connection: see [TcpLayer#configure].
    public void configure(UnaryOperator<TcpConfig> change) throws SocketException {
        config = new Call<TcpConfig>() {
            @Override
            protected TcpConfig answer(long now) {
                TcpConfig changed = change.apply(connection.config());
                shard.stack().tcp().configure(now, connection, changed);
                return changed;
            }
        }.on(shard);
    }

    /// STATUS of RFC 9293 §3.9.1.5.
    public TcpIndication.StatusResponse status() throws SocketException {
        return new Call<TcpIndication.StatusResponse>() {
            @Override
            protected TcpIndication.StatusResponse answer(long now) {
                return TcpUser.status(connection);
            }
        }.on(shard);
    }

    /// What the engine knows of the connection.
    public TcpInfo info() throws SocketException {
        return new Call<TcpInfo>() {
            @Override
            protected TcpInfo answer(long now) {
                return shard.stack().tcp().info(now, connection);
            }
        }.on(shard);
    }
}
