package io.towpath.sim;

import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.wire.Bytes;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// A client that sends datagrams to an echo server and checks each answer: whole, unchanged, and one that it asked for.
/// Datagrams may be lost, come twice or out of order: that is UDP.
public final class UdpExchange implements Actor {
    private static final int HEADER = 8;
    /// How long it waits for answers after the last request.
    private static final long PATIENCE = 10 * Time.SECOND;

    private final SimHost client;
    private final IpAddress to;
    private final int port;
    private final int count;
    private final int bytesMax;
    private final long intervalNanos;
    private final Content content;
    private final boolean[] answeredOnce;
    private final byte[] buffer;
    private @Nullable UdpEndpoint endpoint;
    private long nextAt;
    private int sent;
    private int answered;
    private int refused;
    private boolean done;

    private UdpExchange(SimHost client, IpAddress to, int port, int count, int bytesMax, long intervalNanos) {
        this.client = client;
        this.to = to;
        this.port = port;
        this.count = count;
        this.bytesMax = Math.max(bytesMax, HEADER);
        this.intervalNanos = intervalNanos;
        content =
                new Content(client.world().entropy().split("datagrams " + port).nextLong());
        answeredOnce = new boolean[count];
        buffer = new byte[this.bytesMax];
    }

    /// Starts to send.
    ///
    /// @param to the address of a host with a [UdpEcho]
    /// @param port its port
    /// @param count datagrams to be sent
    /// @param bytesMax largest of them; their sizes grow from 8 bytes to it
    /// @param intervalNanos between two of them, at least 1
    public static UdpExchange start(
            SimHost client, IpAddress to, int port, int count, int bytesMax, long intervalNanos) {
        var exchange = new UdpExchange(client, to, port, count, bytesMax, intervalNanos);
        exchange.nextAt = client.now();
        exchange.open(client.now());
        client.add(exchange);
        return exchange;
    }

    private void open(long now) {
        endpoint = UdpEcho.bind(client, now, 0);
        endpoint.attach(this);
    }

    @Override
    public void on(long now) {
        UdpEndpoint e = endpoint;
        if (done || e == null) {
            return;
        }
        for (Packet packet = e.receive(); packet != null; packet = e.receive()) {
            check(now, packet);
            packet.release();
        }
        if (e.takeError() == UdpError.PORT_UNREACHABLE) {
            refused++;
        }
        while (sent < count && now >= nextAt) {
            int n = size(sent);
            fill(sent, n);
            UdpError error = client.udp().send(now, e, to, port, buffer, 0, n);
            if (error != null) {
                client.world().findings().add(now, "outcome", "datagram of " + n + " bytes not sent: " + error);
            }
            sent++;
            nextAt = now + intervalNanos;
        }
        if (answered == count || sent == count && now >= nextAt - intervalNanos + PATIENCE) {
            done = true;
            client.udp().close(now, e);
        }
    }

    private int size(int number) {
        return count == 1 ? bytesMax : HEADER + (int) ((long) (bytesMax - HEADER) * number / (count - 1));
    }

    private void fill(int number, int n) {
        Bytes.put64(buffer, 0, number);
        content.fill((long) number << 20, buffer, HEADER, n - HEADER);
    }

    private void check(long now, Packet packet) {
        int n = packet.length();
        long number = n < HEADER ? -1 : Bytes.i64(packet.bytes, packet.at);
        if (number < 0 || number >= sent || n != size((int) number)) {
            client.world().findings().add(now, "bytes", "datagram " + number + " of " + n + " bytes was never sent");
        } else if (content.mismatch(number << 20, packet.bytes, packet.at + HEADER, n - HEADER) >= 0) {
            client.world().findings().add(now, "bytes", "datagram " + number + " came back changed");
        } else if (!answeredOnce[(int) number]) {
            answeredOnce[(int) number] = true;
            answered++;
        }
    }

    @Override
    public long deadline() {
        if (done || endpoint == null) {
            return Time.NEVER;
        }
        return sent < count ? nextAt : nextAt - intervalNanos + PATIENCE;
    }

    /// Datagrams sent.
    public int sent() {
        return sent;
    }

    /// Datagrams that came back at least once.
    public int answered() {
        return answered;
    }

    /// Times that the peer's host said that nobody listens.
    public int refused() {
        return refused;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void onReboot(long now) {
        if (!done) {
            open(now);
        }
    }

    @Override
    public String status() {
        return client.name() + " sent " + sent + " of " + count + " datagrams, " + answered + " came back";
    }
}
