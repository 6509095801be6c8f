package io.towpath.tcp.option;

import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.config.SynConfig;
import io.towpath.wire.TcpOptions;

/// What the two SYN segments agreed on.
public final class Negotiation {
    /// RFC 9293 §3.7.1 (MUST-15): "If an MSS Option is not received at connection setup … a default send MSS of 536
    /// (576 − 40) for IPv4 or 1220 (1280 − 60) for IPv6".
    private static final int DEFAULT_MSS_IP4 = 536;

    private static final int DEFAULT_MSS_IP6 = 1220;
    private static final int SMALLEST_MSS = 48;

    /// MSS that the peer announced, or the default.
    public final int peerMss;

    /// Shift of the windows that the peer offers.
    public final int sendScale;

    /// Shift of the windows that we offer.
    public final int receiveScale;

    /// Both sides sent a window scale option.
    public final boolean scaling;

    /// Both sides sent a timestamps option.
    public final boolean timestamps;

    /// The peer permits SACK and so do we.
    public final boolean sack;

    private Negotiation(
            int peerMss, boolean scaling, int sendScale, int receiveScale, boolean timestamps, boolean sack) {
        this.scaling = scaling;
        this.peerMss = peerMss;
        this.sendScale = sendScale;
        this.receiveScale = receiveScale;
        this.timestamps = timestamps;
        this.sack = sack;
    }

    /// The agreement of our configuration with the options of the peer's SYN.
    public static Negotiation of(TcpConfig config, TcpOptions peer, boolean ip4) {
        boolean scaling = config.windowScaling() && peer.windowScale >= 0;
        int announced = peer.mss > 0 ? peer.mss : ip4 ? DEFAULT_MSS_IP4 : DEFAULT_MSS_IP6;
        return new Negotiation(
                Math.max(announced, SMALLEST_MSS),
                scaling,
                scaling ? Math.min(peer.windowScale, SynConfig.SCALE_MAX) : 0,
                scaling ? config.syn().scaleFor(config.receiveBufferMax()) : 0,
                config.timestamps() && peer.hasTimestamp,
                config.sack() && peer.sackPermitted);
    }

    /// Before the peer's SYN is known.
    public static Negotiation none(boolean ip4) {
        return new Negotiation(ip4 ? DEFAULT_MSS_IP4 : DEFAULT_MSS_IP6, false, 0, 0, false, false);
    }
}
