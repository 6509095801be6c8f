package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.tcp.send.LimitClock;
import org.junit.jupiter.api.Test;

/// What STATUS tells of a connection beyond the RFC's fields, and by the names of `tcp_info`.
class TcpInfoTest {
    private static long value(Ladder t, String name) {
        return KernelNames.value(t.info(), name).orElseThrow();
    }

    @Test
    void everyNameOfTheStructHasAValueInEveryState() {
        for (TcpState state : TcpState.values()) {
            if (state != TcpState.LISTEN && state != TcpState.CLOSED && state != TcpState.TIME_WAIT) {
                Ladder t = States.in(state);
                for (String name : KernelNames.ALL) {
                    assertThat(KernelNames.value(t.info(), name))
                            .as("%s in %s", name, state)
                            .isPresent();
                }
                assertThat(value(t, "tcpi_state")).isEqualTo(KernelNames.state(state));
            }
        }
        assertThat(KernelNames.value(Ladder.established().info(), "tcpi_nonsense"))
                .isEmpty();
        assertThat(KernelNames.value(Ladder.established().info(), "state")).isEmpty();
    }

    @Test
    void whatIsOutIsCountedInSegments() {
        Ladder t = Ladder.established(TcpConfig.defaults().withTimestamps(false).withWindowScaling(false), 65_535);
        t.write(4000);
        t.ignore();
        assertThat(value(t, "tcpi_unacked")).isEqualTo(4);
        assertThat(value(t, "tcpi_data_segs_out")).isEqualTo(4);
        assertThat(value(t, "tcpi_delivered")).isEqualTo(1); // the SYN
        assertThat(value(t, "tcpi_bytes_sent")).isEqualTo(4000);
        t.in(". 1:1(0) ack 1001");
        assertThat(value(t, "tcpi_unacked")).isEqualTo(3);
        assertThat(value(t, "tcpi_delivered")).isEqualTo(2);
        assertThat(value(t, "tcpi_bytes_acked")).isEqualTo(1000);
        assertThat(value(t, "tcpi_snd_mss")).isEqualTo(1000);
        assertThat(value(t, "tcpi_snd_cwnd")).isEqualTo(10);
    }

    @Test
    void lossesAreCountedInSegments() {
        var t = new Ladder(TcpConfig.defaults().withTimestamps(false).withWindowScaling(false));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,sackOK>");
        t.out("S. 0:0(0) ack 1");
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.write(8000);
        t.ignore();
        t.after(100);
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:2001>");
        assertThat(value(t, "tcpi_sacked")).isOne();
        assertThat(value(t, "tcpi_ca_state")).isEqualTo(1); // disorder
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,sack 1001:4001>");
        t.out(". 1:1001(1000) ack 1");
        assertThat(value(t, "tcpi_sacked")).isEqualTo(3);
        assertThat(value(t, "tcpi_lost")).isOne();
        assertThat(value(t, "tcpi_retrans")).isOne();
        assertThat(value(t, "tcpi_total_retrans")).isOne();
        assertThat(value(t, "tcpi_bytes_retrans")).isEqualTo(1000);
        assertThat(value(t, "tcpi_ca_state")).isEqualTo(3); // recovery
        assertThat(value(t, "tcpi_reordering")).isEqualTo(3);
    }

    @Test
    void timeoutsAreCountedAndTheirRecoveriesTimed() {
        Ladder t = Ladder.established();
        t.write(1000);
        t.ignore();
        t.after(1000);
        t.out("P. 1:1001(1000) ack 1");
        assertThat(value(t, "tcpi_ca_state")).isEqualTo(4); // loss
        assertThat(value(t, "tcpi_retransmits")).isOne();
        assertThat(value(t, "tcpi_backoff")).isOne();
        assertThat(value(t, "tcpi_total_rto")).isOne();
        assertThat(value(t, "tcpi_total_rto_recoveries")).isOne();
        t.after(30);
        t.in(". 1:1(0) ack 1001");
        assertThat(value(t, "tcpi_ca_state")).isZero();
        assertThat(value(t, "tcpi_total_rto_time")).isEqualTo(30);
    }

    @Test
    void agesCountFromTheLastTime() {
        Ladder t = Ladder.established();
        assertThat(t.info().details().dataSentAgoNanos()).isEqualTo(-1);
        assertThat(t.info().details().dataReceivedAgoNanos()).isEqualTo(-1);
        t.after(500);
        assertThat(value(t, "tcpi_last_data_recv")).isEqualTo(500); // since the open
        t.write(10);
        t.ignore();
        t.after(200);
        t.in("P. 1:11(10) ack 11");
        t.after(10);
        assertThat(value(t, "tcpi_last_data_sent")).isEqualTo(210);
        assertThat(value(t, "tcpi_last_data_recv")).isEqualTo(10);
        assertThat(value(t, "tcpi_last_ack_recv")).isEqualTo(10);
        assertThat(value(t, "tcpi_last_ack_sent")).isEqualTo(210);
        t.after(40);
        assertThat(value(t, "tcpi_last_ack_sent")).isLessThanOrEqualTo(40);
        assertThat(value(t, "tcpi_data_segs_in")).isOne();
    }

    @Test
    void whatNeverLeftIsUnsent() {
        Ladder t = Ladder.established();
        t.in(". 1:1(0) ack 1 win 1500");
        t.write(5000);
        t.ignore();
        assertThat(value(t, "tcpi_notsent_bytes")).isEqualTo(4000);
        assertThat(value(t, "tcpi_snd_wnd")).isEqualTo(1500);
    }

    @Test
    void theTimeInWhichThePeersWindowIsTheLimitIsTold() {
        Ladder t = Ladder.established();
        t.in(". 1:1(0) ack 1 win 2000");
        t.write(5000);
        t.ignore();
        assertThat(t.info().details().limit()).isEqualTo(LimitClock.Limit.PEER_WINDOW);
        t.after(70);
        t.in(". 1:1(0) ack 2001 win 20000");
        t.ignore();
        assertThat(t.info().details().limit()).isEqualTo(LimitClock.Limit.NETWORK);
        t.after(30);
        t.in(". 1:1(0) ack 5001 win 20000");
        t.ignore();
        t.after(1000);
        assertThat(value(t, "tcpi_busy_time")).isEqualTo(100_000);
        assertThat(value(t, "tcpi_rwnd_limited")).isEqualTo(70_000);
        assertThat(value(t, "tcpi_sndbuf_limited")).isZero();
    }

    @Test
    void theTimeInWhichTheSendBufferIsTheLimitIsTold() {
        Ladder t = Ladder.established(
                TcpConfig.defaults().withSendBuffer(4000).withTimestamps(false).withSack(false), 65_535);
        t.write(4000);
        t.ignore();
        t.after(20);
        assertThat(t.info().details().limit()).isEqualTo(LimitClock.Limit.SEND_BUFFER);
        t.in(". 1:1(0) ack 2001 win 20000");
        t.ignore();
        t.after(30);
        assertThat(value(t, "tcpi_sndbuf_limited")).isEqualTo(20_000);
        assertThat(value(t, "tcpi_busy_time")).isEqualTo(50_000);
        assertThat(t.info().details().text()).contains("limited by the network");
    }

    @Test
    void negotiatedOptionsAndSizesAreTold() {
        var t = new Ladder(TcpConfig.defaults());
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,sackOK,nop,nop,TS val 1 ecr 0,nop,wscale 5>");
        t.out("S. 0:0(0) ack 1");
        t.after(50);
        t.in(". 1:1(0) ack 1 win 100 <nop,nop,TS val 2 ecr *>");
        t.accept();
        assertThat(value(t, "tcpi_options")).isEqualTo(7);
        assertThat(value(t, "tcpi_snd_wscale")).isEqualTo(5);
        assertThat(value(t, "tcpi_advmss")).isEqualTo(1460);
        assertThat(value(t, "tcpi_snd_mss")).isEqualTo(988);
        assertThat(value(t, "tcpi_pmtu")).isEqualTo(1500);
        assertThat(value(t, "tcpi_rtt")).isEqualTo(50_000);
        assertThat(value(t, "tcpi_rttvar")).isEqualTo(25_000);
        assertThat(value(t, "tcpi_min_rtt")).isEqualTo(50_000);
        assertThat(value(t, "tcpi_rto")).isEqualTo(t.info().rtoNanos() / Time.MICROSECOND);
        assertThat(value(t, "tcpi_snd_ssthresh")).isEqualTo(KernelNames.INFINITE_THRESHOLD);
        assertThat(value(t, "tcpi_snd_wnd")).isEqualTo(3200);
    }
}
