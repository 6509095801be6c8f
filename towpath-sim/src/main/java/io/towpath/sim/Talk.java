package io.towpath.sim;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.config.MasterKey;
import java.util.ArrayList;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/// One side of a TCP connection: writes what its oracle supplies, reads and has every byte checked, and ends as its
/// [TalkPlan] says.
public final class Talk implements Actor {
    /// Sees the bytes that pass between a user and its stack.
    @FunctionalInterface
    public interface ByteSink {
        /// `b[at..at+n)` passed.
        void bytes(byte[] b, int at, int n);
    }

    /// How it came out.
    public enum Outcome {
        /// Still talking.
        OPEN,
        /// Both directions ended in order.
        ORDERLY,
        /// This side went away or aborted, as planned.
        LEFT,
        /// The connection died: see [Talk#error].
        FAILED,
        /// The host was rebooted under it.
        REBOOTED
    }

    private static final ByteSink NOBODY = (b, at, n) -> {};
    private static final int BUFFER = 65_536;
    private static final int WRITES_PER_KEY = 3;
    private static final int WRITES_HELD = 3;

    private final SimHost host;
    private final String name;
    private final TalkPlan plan;
    private final ByteOracle outgoing;
    private final ByteOracle incoming;
    private final byte[] buffer = new byte[BUFFER];
    private @Nullable TcpConnection connection;
    private @Nullable TcpError error;
    private Outcome outcome = Outcome.OPEN;
    private ByteSink onWritten = NOBODY;
    private ByteSink onRead = NOBODY;
    private long readAt;
    private long writeAt;
    private long nextUrgent;
    private int writes;
    private long allocatedTo;
    private boolean closed;
    private boolean ended;
    private long finishedAt = Time.NEVER;

    /// @param host where it lives
    /// @param name for messages
    /// @param plan what it does
    /// @param outgoing oracle of what it writes
    /// @param incoming oracle of what it reads
    public Talk(SimHost host, String name, TalkPlan plan, ByteOracle outgoing, ByteOracle incoming) {
        this.host = host;
        this.name = name;
        this.plan = plan;
        this.outgoing = outgoing;
        this.incoming = incoming;
        nextUrgent = plan.urgentEvery();
    }

    /// Talks over `c` from now on.
    public void over(long now, TcpConnection c) {
        connection = c;
        c.attach(this);
        allocate(now, c);
        on(now);
    }

    /// The open failed at once.
    public void failed(long now, TcpError why) {
        error = why;
        finish(now, Outcome.FAILED);
    }

    /// Shows every byte written and read, for digests.
    public void tap(ByteSink written, ByteSink read) {
        onWritten = written;
        onRead = read;
    }

    @Override
    public void on(long now) {
        TcpConnection c = connection;
        if (c == null || isDone()) {
            return;
        }
        read(now, c);
        write(now, c);
        end(now, c);
        if (!isDone() && isOver(c)) {
            read(now, c); // what came with the end
            if (c.receiveRing().readable() == 0 || c.error() != null) {
                conclude(now, c);
            }
        }
    }

    private static boolean isOver(TcpConnection c) {
        return c.state() == TcpState.CLOSED || c.state() == TcpState.TIME_WAIT;
    }

    private void conclude(long now, TcpConnection c) {
        error = c.error();
        finish(now, error == null && ended && closed ? Outcome.ORDERLY : Outcome.FAILED);
    }

    private void read(long now, TcpConnection c) {
        while (now >= readAt && !isWithheld()) {
            int n = c.receiveRing().read(buffer, 0, Math.min(plan.readMax(), BUFFER));
            if (n == 0) {
                break;
            }
            incoming.deliver(now, buffer, 0, n);
            onRead.bytes(buffer, 0, n);
            host.tcp().consumed(now, c);
            allocate(now, c);
            readAt = now + plan.readPauseNanos();
        }
        if (!ended && c.endOfStream() && c.receiveRing().readable() == 0) {
            ended = true;
            incoming.end(now);
        }
    }

    /// Says how much he will take, and says so again when half of it has come.
    private void allocate(long now, TcpConnection c) {
        int n = plan.habits().allocates();
        long left = allocatedTo - incoming.delivered();
        if (left <= n / 2 && n > 0) {
            host.tcp().allocate(now, c, (int) (n - left));
            allocatedTo += n - left;
        }
    }

    /// One who is about to abort leaves unread what is left.
    private boolean isWithheld() {
        return plan.ending() == TalkPlan.Ending.ABORT && total() >= plan.endingAt();
    }

    private boolean mayWrite(TcpConnection c) {
        return !closed
                && !isOver(c)
                && outgoing.written() < plan.sendBytes()
                && (plan.ending() != TalkPlan.Ending.ANSWER || ended);
    }

    private void write(long now, TcpConnection c) {
        boolean any = false;
        while (now >= writeAt && mayWrite(c)) {
            int want = (int) Math.min(Math.min(plan.writeMax(), BUFFER), plan.sendBytes() - outgoing.written());
            int room = Math.min(want, c.writable());
            if (room == 0) {
                break;
            }
            outgoing.supply(buffer, 0, room);
            int n = c.sendRing().write(buffer, 0, room);
            outgoing.wrote(n);
            onWritten.bytes(buffer, 0, n);
            any = true;
            hold(now, c, n);
            if (plan.urgentEvery() > 0 && outgoing.written() >= nextUrgent) {
                nextUrgent = outgoing.written() + plan.urgentEvery();
                host.tcp().written(now, c);
                host.tcp().sendUrgent(now, c);
            }
            if (plan.writePauseNanos() > 0) {
                writeAt = now + plan.writePauseNanos();
            }
        }
        if (any) {
            letGo(now, c);
            if (++writes % WRITES_PER_KEY == 0) {
                changeKey(now, c);
            }
        }
    }

    /// Before bytes that were written are told to leave: they wait for more, where that is the habit.
    private void hold(long now, TcpConnection c, int n) {
        if (plan.habits().corks()) {
            host.tcp().cork(now, c, true);
        }
        if (plan.habits().waits()) {
            host.tcp().writtenToWait(now, c, n);
        }
        if (plan.habits().ends()) {
            host.tcp().endRecord(now, c);
        }
    }

    private void letGo(long now, TcpConnection c) {
        boolean all = outgoing.written() == plan.sendBytes() || writes % WRITES_HELD == 0;
        if (all && plan.habits().corks()) {
            host.tcp().cork(now, c, false);
        }
        if (all || !plan.habits().waits()) {
            host.tcp().written(now, c);
        }
    }

    /// With several master keys: the peer is asked for another one from now on (RFC 5925 §7.5).
    private void changeKey(long now, TcpConnection c) {
        var config = c.config();
        var keys = new ArrayList<>(config.authentication().masterKeys());
        if (keys.size() > 1 && !isOver(c)) {
            Collections.rotate(keys, 1);
            host.tcp()
                    .configure(
                            now,
                            c,
                            config.withAuthentication(
                                    config.authentication().withMasterKeys(keys.toArray(MasterKey[]::new))));
        }
    }

    private void end(long now, TcpConnection c) {
        if (closed || isOver(c)) {
            return;
        }
        switch (plan.ending()) {
            case CLOSE -> closeWhen(now, c, outgoing.written() == plan.sendBytes());
            case ANSWER, LAST -> closeWhen(now, c, ended && outgoing.written() == plan.sendBytes());
            case RELEASE -> {
                if (total() >= plan.endingAt() || ended) {
                    closed = true;
                    outgoing.close();
                    host.tcp().release(now, c);
                    finish(now, Outcome.LEFT);
                }
            }
            case ABORT -> {
                if (total() >= plan.endingAt() || ended) {
                    closed = true;
                    host.tcp().abort(now, c);
                    finish(now, Outcome.LEFT);
                }
            }
        }
    }

    private void closeWhen(long now, TcpConnection c, boolean due) {
        // RFC 9293 §3.10.4: CLOSE in SYN-SENT gives the open up. Whoever wants its data to arrive waits for the peer.
        if (due && c.state() != TcpState.SYN_SENT) {
            closed = true;
            outgoing.close();
            host.tcp().close(now, c);
        }
    }

    private long total() {
        return outgoing.written() + incoming.delivered();
    }

    private void finish(long now, Outcome how) {
        outcome = how;
        finishedAt = now;
    }

    @Override
    public long deadline() {
        TcpConnection c = connection;
        if (c == null || isDone()) {
            return Time.NEVER;
        }
        // Only after a rest of its own: that there is something to read or room to write is for signals to tell.
        boolean mayRead = plan.readPauseNanos() > 0
                && !isWithheld()
                && (c.receiveRing().readable() > 0 || c.endOfStream() && !ended);
        boolean mayWrite = plan.writePauseNanos() > 0 && mayWrite(c) && c.writable() > 0;
        long reading = mayRead ? readAt : Time.NEVER;
        long writing = mayWrite ? writeAt : Time.NEVER;
        return Math.min(reading, writing);
    }

    @Override
    public boolean isDone() {
        return outcome != Outcome.OPEN;
    }

    @Override
    public void onReboot(long now) {
        if (!isDone() && connection != null) {
            finish(now, Outcome.REBOOTED);
        }
    }

    /// How it came out.
    public Outcome outcome() {
        return outcome;
    }

    /// Why the connection died, null when it did not.
    public @Nullable TcpError error() {
        return error;
    }

    /// The connection, null before there is one.
    public @Nullable TcpConnection connection() {
        return connection;
    }

    /// What it does.
    public TalkPlan plan() {
        return plan;
    }

    /// Its name.
    public String name() {
        return name;
    }

    /// When it finished; [Time#NEVER] while it talks.
    public long finishedAt() {
        return finishedAt;
    }

    @Override
    public String status() {
        TcpConnection c = connection;
        return host.name() + " " + name + ": " + outcome + (error == null ? "" : " " + error) + ", wrote "
                + outgoing.written() + " of " + plan.sendBytes() + (closed ? " and closed" : "") + ", read "
                + incoming.delivered() + (ended ? " to the end" : "")
                + (c == null ? ", not connected" : ", " + c.state().rfcName());
    }
}
