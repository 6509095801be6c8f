package io.towpath.sim;

import io.towpath.core.Network;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.ip.EchoListener;
import io.towpath.wire.IpAddress;

/// Echo requests, one after the other, each answer checked.
public final class Pings implements Actor, EchoListener {
    private static final int ICMP_HEADER = 8;
    private static final long PATIENCE = 10 * Time.SECOND;

    private final SimHost host;
    private final IpAddress to;
    private final int count;
    private final int bytes;
    private final long intervalNanos;
    private final Content content;
    private final long[] sentAt;
    private int identifier;
    private long nextAt;
    private int sent;
    private int answered;
    private long lastRttNanos = -1;
    private boolean done;

    private Pings(SimHost host, IpAddress to, int count, int bytes, long intervalNanos) {
        this.host = host;
        this.to = to;
        this.count = count;
        this.bytes = bytes;
        this.intervalNanos = intervalNanos;
        content = new Content(host.world().entropy().split("pings").nextLong());
        sentAt = new long[count];
    }

    /// Starts to send.
    ///
    /// @param count requests, 1 to 65,535
    /// @param bytes of payload
    /// @param intervalNanos between two of them, at least 1
    public static Pings start(SimHost host, IpAddress to, int count, int bytes, long intervalNanos) {
        var pings = new Pings(host, to, count, bytes, intervalNanos);
        pings.nextAt = host.now();
        pings.identifier = host.stack().ip().icmp().openEcho(pings);
        host.add(pings);
        return pings;
    }

    @Override
    public void on(long now) {
        if (done) {
            return;
        }
        while (sent < count && now >= nextAt) {
            byte[] payload = new byte[bytes];
            content.fill((long) sent << 20, payload, 0, bytes);
            sentAt[sent] = now;
            host.stack().ip().icmp().sendEcho(now, null, to, identifier, sent, Network.DEFAULT, payload);
            sent++;
            nextAt = now + intervalNanos;
        }
        if (answered == count || sent == count && now >= nextAt - intervalNanos + PATIENCE) {
            done = true;
            host.stack().ip().icmp().closeEcho(identifier);
        }
    }

    @Override
    public void onEchoReply(long now, Packet packet, int sequence) {
        int n = packet.end - packet.at - ICMP_HEADER;
        if (sequence >= sent || n != bytes) {
            complain(now, "echo " + sequence + " of " + n + " bytes was never sent");
        } else if (content.mismatch((long) sequence << 20, packet.bytes, packet.at + ICMP_HEADER, n) >= 0) {
            complain(now, "echo " + sequence + " came back changed");
        } else if (sentAt[sequence] >= 0) {
            lastRttNanos = now - sentAt[sequence];
            sentAt[sequence] = -1;
            answered++;
        }
    }

    private void complain(long now, String what) {
        host.world().findings().add(now, "bytes", what);
    }

    @Override
    public void onEchoError(long now, NetworkError error, int sequence) {
        // A lost request is no fault of the stack.
    }

    @Override
    public long deadline() {
        if (done) {
            return Time.NEVER;
        }
        return sent < count ? nextAt : nextAt - intervalNanos + PATIENCE;
    }

    /// Requests sent.
    public int sent() {
        return sent;
    }

    /// Requests answered.
    public int answered() {
        return answered;
    }

    /// Round-trip time of the last answer, -1 before the first.
    public long lastRttNanos() {
        return lastRttNanos;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void onReboot(long now) {
        if (!done) {
            identifier = host.stack().ip().icmp().openEcho(this);
        }
    }

    @Override
    public String status() {
        return host.name() + " sent " + sent + " of " + count + " echo requests, " + answered + " were answered";
    }
}
