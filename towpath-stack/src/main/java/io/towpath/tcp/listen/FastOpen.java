package io.towpath.tcp.listen;

import io.towpath.core.Context;
import io.towpath.core.Event;
import io.towpath.tcp.TcpEvent;
import org.jspecify.annotations.Nullable;

/// What one connection has of Fast Open (RFC 7413): the option of its SYN or SYN-ACK, and how much text went
/// with it.
public final class FastOpen {
    private final @Nullable FastOpenQueue queue;
    private final @Nullable FastOpenCookie cookie;
    private final int room;
    private boolean pending;
    private TcpEvent.@Nullable FastOpenStep last;

    /// Octets of text that the first SYN carried, or that came with it.
    public int synText;

    /// True when the peer, or we, acknowledged all of that text with the SYN.
    public boolean acknowledged;

    /// When the first SYN or SYN-ACK left.
    public long sentAt;

    private FastOpen(@Nullable FastOpenQueue queue, @Nullable FastOpenCookie cookie, int room) {
        this.queue = queue;
        this.cookie = cookie;
        this.room = room;
    }

    /// Of an active open.
    ///
    /// @param cookie the option of the first SYN, null for none
    /// @param room how much text it may carry
    public static FastOpen active(@Nullable FastOpenCookie cookie, int room) {
        return new FastOpen(null, cookie, room);
    }

    /// Of a connection that a SYN made, which now is one of `queue`.
    ///
    /// @param cookie a newer cookie to tell the peer, null for none
    public static FastOpen passive(FastOpenQueue queue, @Nullable FastOpenCookie cookie) {
        var made = new FastOpen(queue, cookie, 0);
        made.pending = true;
        queue.onBegin();
        return made;
    }

    /// True when a SYN made the connection, which was open from then on.
    public boolean isPassive() {
        return queue != null;
    }

    /// The option of the first SYN or of the SYN-ACK, null for none.
    public @Nullable FastOpenCookie cookie() {
        return cookie;
    }

    /// How much text the first SYN may carry.
    public int room() {
        return room;
    }

    /// How much may follow from `position` in the stream on in one segment: what went with the SYN and what did not
    /// stay apart, since the former is not new on the wire.
    public long upToNewText(long position) {
        return queue == null && position < synText ? synText - position : Long.MAX_VALUE;
    }

    /// The first SYN of an active open leaves.
    public void tellSyn(long now, Context context, long connection) {
        FastOpenCookie option = cookie;
        if (option != null && option.isRequest()) {
            tell(now, context, connection, TcpEvent.FastOpenStep.REQUESTED);
        } else if (synText > 0) {
            tell(now, context, connection, TcpEvent.FastOpenStep.USED);
        }
    }

    /// Tells what happened.
    public void tell(long now, Context context, long connection, TcpEvent.FastOpenStep step) {
        last = step;
        if (context.events().wants(Event.Kind.TCP_FAST_OPEN)) {
            context.events().emit(new TcpEvent.FastOpened(now, connection, step, synText));
        }
    }

    /// What happened last, null for nothing.
    public TcpEvent.@Nullable FastOpenStep last() {
        return last;
    }

    /// The handshake is complete, or the connection ended.
    ///
    /// @param reset true when a RST ended it
    public void onEnd(long now, boolean reset) {
        FastOpenQueue of = queue;
        if (of != null && pending) {
            pending = false;
            of.onEnd(now, reset);
        }
    }
}
