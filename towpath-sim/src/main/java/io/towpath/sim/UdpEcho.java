package io.towpath.sim;

import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// The UDP echo service (RFC 862).
public final class UdpEcho implements Actor {
    private final SimHost host;
    private final int port;
    private @Nullable UdpEndpoint endpoint;
    private long echoed;

    private UdpEcho(SimHost host, int port) {
        this.host = host;
        this.port = port;
    }

    /// Serves `port` of `host`.
    ///
    /// @throws IllegalStateException when the port is taken
    public static UdpEcho serve(SimHost host, int port) {
        var echo = new UdpEcho(host, port);
        echo.open(host.now());
        host.add(echo);
        return echo;
    }

    private void open(long now) {
        endpoint = bind(host, now, port);
        endpoint.attach(this);
    }

    static UdpEndpoint bind(SimHost host, long now, int port) {
        return switch (host.udp().bind(now, null, port, UdpConfig.defaults())) {
            case UdpEndpoint.Bound bound -> bound.endpoint();
            case UdpEndpoint.Failed failed ->
                throw new IllegalStateException(host.name() + " cannot bind UDP port " + port + ": " + failed.error());
        };
    }

    @Override
    public void on(long now) {
        UdpEndpoint e = endpoint;
        if (e == null) {
            return;
        }
        for (Packet packet = e.receive(); packet != null; packet = e.receive()) {
            var from = IpAddress.of(packet.sourceHigh, packet.sourceLow);
            host.udp().send(now, e, from, UdpEndpoint.sourcePort(packet), packet.bytes, packet.at, packet.length());
            packet.release();
            echoed++;
        }
    }

    /// Stops.
    public void close(long now) {
        UdpEndpoint e = endpoint;
        if (e != null) {
            host.udp().close(now, e);
        }
        endpoint = null;
    }

    /// Datagrams echoed.
    public long echoed() {
        return echoed;
    }

    @Override
    public long deadline() {
        return Time.NEVER;
    }

    @Override
    public boolean isDone() {
        return endpoint == null;
    }

    @Override
    public void onReboot(long now) {
        if (!isDone()) {
            open(now);
        }
    }

    @Override
    public String status() {
        return host.name() + " echoes UDP port " + port + ", " + echoed + " so far";
    }
}
