package io.towpath.drill;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;

/// How the host behaves that a script meets: ordinary values of [TcpConfig], chosen so that scripts written for
/// one system find the same sizes and times here.
///
/// Scripts that configure their system by the names of Linux or of FreeBSD get that profile, whatever is asked
/// for.
public enum DrillProfile {
    /// The RFCs' recommendations of today.
    STANDARD(TcpConfig.defaults(), 1500),

    /// Sizes and times of Linux: windows that are told in units of 256, retransmission from 200 ms on.
    LINUX(
            TcpConfig.defaults()
                    .withReceiveBuffer(15_728_640)
                    .withSendBuffer(256 * 1024)
                    .withMinRtoNanos(200 * Time.MILLISECOND)
                    .withMaxRtoNanos(120 * Time.SECOND),
            1520),

    /// Sizes and times of FreeBSD: a window of 64 KiB, acknowledgments delayed by 40 ms.
    BSD(
            TcpConfig.defaults()
                    .withReceiveBuffer(65_536)
                    .withSendBuffer(32_768)
                    .withMinRtoNanos(230 * Time.MILLISECOND)
                    .withMaxRtoNanos(64 * Time.SECOND)
                    .withSynTimeoutNanos(75 * Time.SECOND)
                    .withDelayedAckNanos(40 * Time.MILLISECOND),
            1500);

    private final TcpConfig tcp;
    private final int mtu6;

    DrillProfile(TcpConfig tcp, int mtu6) {
        this.tcp = tcp;
        this.mtu6 = mtu6;
    }

    /// How connections behave.
    public TcpConfig tcp() {
        return tcp;
    }

    /// The largest packet of the only link, bytes, when the script does not say.
    ///
    /// @param ip6 whether the script speaks IPv6; scripts for Linux are written for the segment size of IPv4
    ///     then too
    public int mtu(boolean ip6) {
        return ip6 ? mtu6 : 1500;
    }
}
