package io.towpath.drill;

import io.towpath.congestion.CongestionTuning;
import io.towpath.congestion.CongestionTuning.AfterIdle;
import io.towpath.core.Time;
import io.towpath.drill.sctp.SctpProfile;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.config.HabitConfig;
import io.towpath.tcp.config.OpeningConfig;
import io.towpath.tcp.config.ReceiveConfig;
import io.towpath.tcp.config.RecoveryConfig;
import io.towpath.tcp.config.SendConfig;
import io.towpath.tcp.config.SynConfig;
import io.towpath.tcp.config.SynLayout;

/// How the host behaves that a script meets: ordinary values of [TcpConfig], chosen so that scripts written for
/// one system find the same sizes and times here.
///
/// Scripts that configure their system by the names of Linux or of FreeBSD get that profile, whatever is asked
/// for.
public enum DrillProfile {
    /// The RFCs' recommendations of today.
    STANDARD(TcpConfig.defaults(), 1500),

    /// Sizes, times and wire look of Linux on a small machine, nothing configured: timeouts from 200 ms on,
    /// quick acknowledgments at the start, PSH on every second segment of a burst.
    LINUX(
            TcpConfig.defaults()
                    .withReceiveBuffer(540_000)
                    .withSendBuffer(256 * 1024)
                    .withOpening(OpeningConfig.DEFAULTS
                            .withSynRetries(5)
                            .withSynAckRetries(5)
                            .withAcceptDead(true))
                    .withMinRtoNanos(200 * Time.MILLISECOND)
                    .withMinRtoVarianceNanos(200 * Time.MILLISECOND)
                    .withMaxRtoNanos(120 * Time.SECOND)
                    .withRecovery(RecoveryConfig.defaults().withTwiceForLostAgain(false))
                    .withPushPairs(true)
                    .withEmptyProbes(true)
                    .withNagleSmallOnly(true)
                    .withCongestionTuning(CongestionTuning.defaults()
                            .withAfterIdle(AfterIdle.KEEP)
                            .withFromWindow(true))
                    .withSyn(SynConfig.defaults().withWindowScale(6))
                    .withSend(SendConfig.defaults().withOverrideNanos(SendConfig.OVERRIDE_AFTER_TIMEOUT))
                    .withHabits(new HabitConfig(true, true, true, true))
                    .withReceive(ReceiveConfig.defaults()
                            .withQuickAcks(16)
                            .withSlidingWindow(true)
                            .withDelayedFin(true)),
            1520),

    /// Sizes, times and wire look of FreeBSD: a window of 64 KiB, acknowledgments delayed by 40 ms but for
    /// every second segment.
    BSD(
            TcpConfig.defaults()
                    .withReceiveBuffer(65_536)
                    .withSendBuffer(32_768)
                    .withMinRtoNanos(30 * Time.MILLISECOND)
                    .withRtoSlopNanos(200 * Time.MILLISECOND)
                    .withQuietTimeWait(true)
                    .withMaxRtoNanos(64 * Time.SECOND)
                    .withSynTimeoutNanos(75 * Time.SECOND)
                    .withDelayedAckNanos(40 * Time.MILLISECOND)
                    .withSyn(new SynConfig(SynLayout.SCALE_FIRST, 6))
                    .withReceive(ReceiveConfig.defaults().withEverySecond(true).withSlidingWindow(true)),
            1500);

    private final TcpConfig tcp;
    private final int mtu6;

    DrillProfile(TcpConfig tcp, int mtu6) {
        this.tcp = tcp;
        this.mtu6 = mtu6;
    }

    /// The name in `#ifdef` of the system that behaves so. A script that says nothing about what the standards
    /// ask for is read as for FreeBSD, whose authors use these lines.
    String system(String script) {
        return switch (this) {
            case STANDARD -> script.contains("#ifdef STANDARD") ? "STANDARD" : "FreeBSD";
            case LINUX -> "Linux";
            case BSD -> "FreeBSD";
        };
    }

    /// How SCTP behaves.
    SctpProfile sctp() {
        return switch (this) {
            case STANDARD -> SctpProfile.STANDARD;
            case LINUX -> SctpProfile.LINUX;
            case BSD -> SctpProfile.FREEBSD;
        };
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
