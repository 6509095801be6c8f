package io.towpath.sim;

import io.towpath.core.Dropped;
import io.towpath.core.Event;
import io.towpath.tcp.TcpEvent;
import io.towpath.wire.Bytes;

/// A 64-bit fingerprint of a whole run: every packet that a host sent or received and every event, in order, with its
/// moment. Two runs of one seed must have the same one ("Twin"): if they do not, something in the stack depends on more
/// than its input.
///
/// The hash is for detecting difference, not for security. Single owner.
public final class RunHash {
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

    private long hash = 0x746f_7770_6174_6821L;

    /// Nothing seen yet.
    public RunHash() {}

    /// The fingerprint of what was seen so far.
    public long value() {
        return Content.mix(hash);
    }

    /// Takes one number into account.
    public void add(long value) {
        hash = (Long.rotateLeft(hash, 23) ^ value) * MULTIPLIER;
    }

    /// Takes the bytes `b[at..end)` and their number into account.
    public void add(byte[] b, int at, int end) {
        add(end - at);
        int i = at;
        for (; i + 8 <= end; i += 8) {
            add(Bytes.i64(b, i));
        }
        long rest = 0;
        for (; i < end; i++) {
            rest = rest << 8 | b[i] & 0xff;
        }
        add(rest);
    }

    /// Takes text into account.
    public void add(String text) {
        add(text.length());
        for (int i = 0; i < text.length(); i++) {
            add(text.charAt(i));
        }
    }

    /// Takes an event into account.
    ///
    /// @param host index of the host on which it happened
    /// @param event the event
    public void add(int host, Event event) {
        add((long) host << 32 | event.kind().ordinal());
        add(event.at());
        switch (event) {
            case TcpEvent tcp -> addTcp(tcp);
            case Dropped dropped -> {
                add(dropped.reason().ordinal());
                add(dropped.length());
            }
            default -> add(event.toString());
        }
    }

    private void addTcp(TcpEvent event) {
        add(event.connection());
        switch (event) {
            case TcpEvent.StateChanged e -> {
                add(e.from().ordinal() << 8 | e.to().ordinal());
                add(e.reason());
            }
            case TcpEvent.SegmentIn e -> {
                add(e.seq());
                add(e.ack());
                add((long) e.flags() << 32 | e.length());
                add(e.window());
            }
            case TcpEvent.SegmentOut e -> {
                add(e.seq());
                add(e.ack());
                add((long) e.flags() << 32 | e.length());
                add(e.window());
                add(e.why().ordinal());
            }
            case TcpEvent.Acked e -> {
                add(e.una());
                add(e.cwnd());
                add(e.ssthresh());
                add(e.srttNanos());
                add(e.rtoNanos());
                add(e.inFlight());
            }
            case TcpEvent.Retransmitted e -> {
                add(e.seq());
                add((long) e.length() << 8 | e.cause().ordinal());
            }
            case TcpEvent.CongestionPhase e -> {
                add(e.to().hashCode());
                add(e.cwnd());
            }
            case TcpEvent.MarksObeyed e -> {
                add(e.reported());
                add(e.after());
            }
            case TcpEvent.SynCookie e -> add(e.step().ordinal());
            case TcpEvent.FastOpened e -> add((long) e.step().ordinal() << 32 | e.bytes());
            case TcpEvent.PathMtuProbed e -> add((long) e.step().ordinal() << 32 | e.bytes());
            case TcpEvent.BufferGrown e -> add((long) e.before() << 32 | e.after());
            case TcpEvent.Noted e -> add(e.value() << 8 | e.note().ordinal());
            case TcpEvent.KeyChanged e -> add((long) e.keyId() << 8 | e.nextKeyId());
            case TcpEvent.TimerFired e -> add(e.timer().ordinal());
            case TcpEvent.Recovery e -> {
                add((e.began() ? 1 : 0) | e.cause().ordinal() << 1);
                add(e.point());
            }
        }
    }
}
