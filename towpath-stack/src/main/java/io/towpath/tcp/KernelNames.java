package io.towpath.tcp;

import io.towpath.core.Time;
import java.util.List;
import java.util.OptionalLong;

/// A [TcpInfo] by the names, units and codes of Linux's `struct tcp_info`: for people and scripts that know
/// those. Windows count segments, times of the round trip microseconds, ages and timeouts of the handshake
/// milliseconds.
public final class KernelNames {
    /// Every name, in the order of the struct.
    public static final List<String> ALL = List.of(
            "tcpi_state",
            "tcpi_ca_state",
            "tcpi_retransmits",
            "tcpi_probes",
            "tcpi_backoff",
            "tcpi_options",
            "tcpi_snd_wscale",
            "tcpi_rcv_wscale",
            "tcpi_delivery_rate_app_limited",
            "tcpi_rto",
            "tcpi_ato",
            "tcpi_snd_mss",
            "tcpi_rcv_mss",
            "tcpi_unacked",
            "tcpi_sacked",
            "tcpi_lost",
            "tcpi_retrans",
            "tcpi_fackets",
            "tcpi_last_data_sent",
            "tcpi_last_ack_sent",
            "tcpi_last_data_recv",
            "tcpi_last_ack_recv",
            "tcpi_pmtu",
            "tcpi_rcv_ssthresh",
            "tcpi_rtt",
            "tcpi_rttvar",
            "tcpi_snd_ssthresh",
            "tcpi_snd_cwnd",
            "tcpi_advmss",
            "tcpi_reordering",
            "tcpi_rcv_rtt",
            "tcpi_rcv_space",
            "tcpi_total_retrans",
            "tcpi_pacing_rate",
            "tcpi_max_pacing_rate",
            "tcpi_bytes_acked",
            "tcpi_bytes_received",
            "tcpi_segs_out",
            "tcpi_segs_in",
            "tcpi_notsent_bytes",
            "tcpi_min_rtt",
            "tcpi_data_segs_in",
            "tcpi_data_segs_out",
            "tcpi_delivery_rate",
            "tcpi_busy_time",
            "tcpi_rwnd_limited",
            "tcpi_sndbuf_limited",
            "tcpi_delivered",
            "tcpi_delivered_ce",
            "tcpi_bytes_sent",
            "tcpi_bytes_retrans",
            "tcpi_dsack_dups",
            "tcpi_reord_seen",
            "tcpi_rcv_ooopack",
            "tcpi_snd_wnd",
            "tcpi_rcv_wnd",
            "tcpi_rehash",
            "tcpi_total_rto",
            "tcpi_total_rto_recoveries",
            "tcpi_total_rto_time");

    /// What Linux shows for "no slow-start threshold yet".
    public static final long INFINITE_THRESHOLD = 0x7fff_ffffL;

    private KernelNames() {}

    /// The value of `name`; empty when `tcp_info` has no such field.
    public static OptionalLong value(TcpInfo info, String name) {
        if (!name.startsWith("tcpi_")) {
            return OptionalLong.empty();
        }
        OptionalLong found = sender(info, info.details(), name);
        if (found.isEmpty()) {
            found = receiver(info, info.details(), name);
        }
        return found.isEmpty() ? counts(info, info.details(), name) : found;
    }

    private static OptionalLong sender(TcpInfo info, TcpDetails details, String name) {
        return switch (name) {
            case "tcpi_state" -> of(state(info.state()));
            case "tcpi_ca_state" -> of(details.recoveryState().ordinal());
            case "tcpi_retransmits", "tcpi_backoff" -> of(info.backoffs());
            case "tcpi_probes" -> of(details.windowProbes() + (long) details.keepAliveProbes());
            case "tcpi_options" -> of(options(info));
            case "tcpi_snd_wscale" -> of(info.sendScale());
            case "tcpi_rcv_wscale" -> of(info.receiveScale());
            case "tcpi_delivery_rate_app_limited" -> of(details.deliveryRateApplicationLimited() ? 1 : 0);
            case "tcpi_rto" -> micros(info.rtoNanos());
            case "tcpi_snd_mss" -> of(info.mss());
            case "tcpi_unacked" -> of(details.unackedSegments());
            case "tcpi_sacked" -> of(details.sackedSegments());
            case "tcpi_lost" -> of(details.lostSegments());
            case "tcpi_retrans" -> of(details.resentSegments());
            case "tcpi_fackets", "tcpi_rehash" -> of(0); // FACK is history; no flow label or path is drawn anew
            case "tcpi_pmtu" -> of(details.pathMtu());
            case "tcpi_rtt" -> micros(info.srttNanos());
            case "tcpi_rttvar" -> micros(info.rttvarNanos());
            case "tcpi_snd_ssthresh" ->
                of(info.ssthresh() >= INFINITE_THRESHOLD ? INFINITE_THRESHOLD : info.ssthresh() / mss(info));
            case "tcpi_snd_cwnd" -> of(info.cwnd() / mss(info));
            case "tcpi_reordering" -> of(details.reorderingSegments());
            case "tcpi_reord_seen" -> of(details.reorderingSeen());
            case "tcpi_pacing_rate" -> of(details.pacingRate() == 0 ? -1 : details.pacingRate());
            case "tcpi_max_pacing_rate" -> of(details.pacingRateMax() == Long.MAX_VALUE ? -1 : details.pacingRateMax());
            case "tcpi_notsent_bytes" -> of(details.unsent());
            case "tcpi_min_rtt" -> info.minRttNanos() == 0 ? of(0xffff_ffffL) : micros(info.minRttNanos());
            case "tcpi_delivery_rate" -> of(details.deliveryRate());
            case "tcpi_snd_wnd" -> of(info.sndWnd());
            default -> OptionalLong.empty();
        };
    }

    private static OptionalLong receiver(TcpInfo info, TcpDetails details, String name) {
        return switch (name) {
            case "tcpi_ato" -> micros(details.ackTimeoutNanos());
            case "tcpi_rcv_mss" -> of(details.receiveMss());
            case "tcpi_advmss" -> of(details.announcedMss());
            case "tcpi_last_data_sent" -> age(details, details.dataSentAgoNanos());
            case "tcpi_last_ack_sent" -> age(details, details.ackSentAgoNanos());
            case "tcpi_last_data_recv" -> age(details, details.dataReceivedAgoNanos());
            case "tcpi_last_ack_recv" -> age(details, details.ackReceivedAgoNanos());
            case "tcpi_rcv_ssthresh" -> of(details.receiveWindowMax());
            case "tcpi_rcv_rtt" -> micros(details.receiveRttNanos());
            case "tcpi_rcv_space" -> of(details.receiveSpace());
            case "tcpi_rcv_wnd" -> of(info.rcvWnd());
            default -> OptionalLong.empty();
        };
    }

    private static OptionalLong counts(TcpInfo info, TcpDetails details, String name) {
        return switch (name) {
            case "tcpi_total_retrans" -> of(info.retransmits());
            case "tcpi_bytes_acked" -> of(info.bytesAcked());
            case "tcpi_bytes_received" -> of(info.bytesReceived());
            case "tcpi_segs_out" -> of(info.segmentsOut());
            case "tcpi_segs_in" -> of(info.segmentsIn());
            case "tcpi_data_segs_in" -> of(details.dataSegmentsIn());
            case "tcpi_data_segs_out" -> of(details.dataSegmentsOut());
            case "tcpi_busy_time" -> micros(details.busyNanos());
            case "tcpi_rwnd_limited" -> micros(details.peerWindowNanos());
            case "tcpi_sndbuf_limited" -> micros(details.sendBufferNanos());
            case "tcpi_delivered" -> of(details.deliveredSegments());
            case "tcpi_delivered_ce" -> of(details.deliveredMarked());
            case "tcpi_bytes_sent" -> of(info.bytesSent());
            case "tcpi_bytes_retrans" -> of(details.bytesRetransmitted());
            case "tcpi_dsack_dups" -> of(details.duplicatesReported());
            case "tcpi_rcv_ooopack" -> of(info.outOfOrder());
            case "tcpi_total_rto" -> of(info.timeouts());
            case "tcpi_total_rto_recoveries" -> of(details.timeoutRecoveries());
            case "tcpi_total_rto_time" -> of(details.timeoutRecoveryNanos() / Time.MILLISECOND);
            default -> OptionalLong.empty();
        };
    }

    /// Linux's number of a state.
    public static int state(TcpState state) {
        return switch (state) {
            case ESTABLISHED -> 1;
            case SYN_SENT -> 2;
            case SYN_RECEIVED -> 3;
            case FIN_WAIT_1 -> 4;
            case FIN_WAIT_2 -> 5;
            case TIME_WAIT -> 6;
            case CLOSED -> 7;
            case CLOSE_WAIT -> 8;
            case LAST_ACK -> 9;
            case LISTEN -> 10;
            case CLOSING -> 11;
        };
    }

    private static int options(TcpInfo info) {
        return (info.timestamps() ? 1 : 0)
                | (info.sack() ? 2 : 0)
                | ((info.sendScale() | info.receiveScale()) != 0 ? 4 : 0)
                | (info.ecn().feedback().equals("none") ? 0 : 8)
                | (info.synData() ? 32 : 0);
    }

    private static int mss(TcpInfo info) {
        return Math.max(1, info.mss());
    }

    private static OptionalLong of(long value) {
        return OptionalLong.of(value);
    }

    private static OptionalLong micros(long nanos) {
        return of(nanos / Time.MICROSECOND);
    }

    /// What never happened counts from the open.
    private static OptionalLong age(TcpDetails details, long nanos) {
        return of(Math.max(0, nanos < 0 ? details.openedAgoNanos() : nanos) / Time.MILLISECOND);
    }
}
