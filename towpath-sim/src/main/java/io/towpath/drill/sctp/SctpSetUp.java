package io.towpath.drill.sctp;

import io.towpath.core.Time;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpFeatures;
import io.towpath.sctp.SctpLimits;
import io.towpath.sctp.SctpTimes;

/// What the settings of a script make of the host's SCTP, by their names in FreeBSD (`net.inet.sctp.`) and
/// Linux (`net.sctp.`).
final class SctpSetUp {
    private SctpConfig config;

    SctpSetUp(SctpConfig config) {
        this.config = config;
    }

    /// How sockets behave that are made from now on.
    SctpConfig config() {
        return config;
    }

    /// Obeys one setting.
    ///
    /// @return false when it is not known, or not possible
    boolean apply(String name, String text) {
        long value;
        try {
            value = Long.decode(text);
            String plain = name.replace("net.inet.sctp.", "").replace("net.sctp.", "");
            return value >= 0 && (feature(plain, value != 0) || time(plain, value) || limit(plain, (int) value))
                    || isWithout(plain, value);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private boolean feature(String name, boolean on) {
        SctpFeatures features = config.features();
        switch (name) {
            case "ecn_enable" -> features = features.withEcn(on);
            case "pr_enable", "prsctp_enable" -> features = features.withPartialReliability(on);
            case "auth_enable" -> features = features.withAuthentication(on);
            case "asconf_enable", "addip_enable" -> features = features.withAddressConfiguration(on);
            case "auth_disable" -> features = features.withAuthentication(!on);
            case "reconfig_enable", "reconf_enable" -> features = features.withReconfiguration(on);
            case "intl_enable" -> features = features.withInterleaving(on);
            default -> {
                return false;
            }
        }
        config = config.withFeatures(features);
        return true;
    }

    private boolean time(String name, long value) {
        SctpTimes times = config.times();
        long nanos = value * Time.MILLISECOND;
        switch (name) {
            // Set one after the other: those that were not set yet give way.
            case "rto_initial" ->
                times = times.withRto(nanos, Math.min(times.rtoMin(), nanos), Math.max(times.rtoMax(), nanos));
            case "rto_min" ->
                times = times.withRto(Math.max(times.rtoInitial(), nanos), nanos, Math.max(times.rtoMax(), nanos));
            case "rto_max" ->
                times = times.withRto(Math.min(times.rtoInitial(), nanos), Math.min(times.rtoMin(), nanos), nanos);
            case "heartbeat_interval", "hb_interval" -> times = times.withHeartbeatInterval(nanos);
            case "delayed_sack_time", "sack_timeout" -> times = times.withSackDelay(nanos);
            case "valid_cookie_life" -> times = times.withCookieLife(value * Time.SECOND);
            case "shutdown_guard_time" -> times = times.withShutdownGuard(value * Time.SECOND);
            default -> {
                return false;
            }
        }
        config = config.withTimes(times);
        return true;
    }

    private boolean limit(String name, int value) {
        SctpLimits limits = config.limits();
        int association = limits.associationMaxRetrans();
        int path = limits.pathMaxRetrans();
        int init = limits.maxInitRetransmits();
        switch (name) {
            case "assoc_rtx_max", "association_max_retrans" -> limits = limits.withRetransmissions(value, path, init);
            case "path_rtx_max", "path_max_retrans" -> limits = limits.withRetransmissions(association, value, init);
            case "init_rtx_max", "max_init_retransmits" ->
                limits = limits.withRetransmissions(association, path, value);
            case "encap_port" -> {
                config = config.withEncapsulation(value);
                return true;
            }
            case "max_burst", "maxburst" -> limits = limits.withMaxBurst(value);
            case "initial_cwnd" -> limits = limits.withInitialWindow(value);
            case "sack_freq" -> limits = limits.withSackFrequency(Math.max(1, value));
            case "outgoing_streams" -> {
                config = config.withStreams(value, config.inboundStreamsMax());
                return true;
            }
            case "incoming_streams" -> {
                config = config.withStreams(config.outboundStreams(), value);
                return true;
            }
            case "recvspace" -> {
                config = config.withBuffers(value, config.sendBytesMax());
                return true;
            }
            case "sendspace" -> {
                config = config.withBuffers(config.receiveBytesMax(), value);
                return true;
            }
            default -> {
                return false;
            }
        }
        config = config.withLimits(limits);
        return true;
    }

    /// Extensions that this host does not have: they are off.
    private static boolean isWithout(String name, long value) {
        return switch (name) {
            case "nrsack_enable", "nrsack_on_off", "pktdrop_enable", "cmt_on_off", "buffer_splitting", "blackhole" ->
                value == 0;
            default -> false;
        };
    }
}
