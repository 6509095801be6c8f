package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpParameters;
import io.towpath.wire.SctpReconfigParameters;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rfc(value = 4960, section = "Appendix A")
class CongestionEchoTest {
    /// By how much a reset moves TSNs.
    private static final long FAR = 1L << 30;
    private static final int ECT_0 = 2;
    private static final int CE = 3;

    private static SctpLadder established(SctpConfig config) {
        var t = new SctpLadder(config);
        t.listen();
        t.in(t.init(List.of(new SctpParameter.Bare(SctpParameters.ECN_CAPABLE))));
        t.out("INIT_ACK[...]");
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.accept();
        t.notifications();
        return t;
    }

    private static SctpLadder established() {
        return established(SctpLadder.plain().withFeatures(SctpFeatures.none().withEcn(true)));
    }

    private static SctpChunk chunk(int type, long tsn) {
        return new SctpChunk.Tsn(type, 0, tsn);
    }

    @Test
    void dataMayBeMarkedAndControlChunksMayNot() {
        var t = established();
        t.send(0, 100);
        assertThat(t.next().trafficClass()).isEqualTo(ECT_0);
        t.in(t.data(1, 0, 0, 10));
        assertThat(t.next().trafficClass()).isNotEqualTo(ECT_0);
    }

    @Test
    @Rfc(value = 3168, section = "6.1.5")
    void whatIsSentAgainMayNotBeMarked() {
        var t = established();
        t.send(0, 100);
        t.next();
        t.after(1000);
        SctpLadder.Departed again = t.next();
        assertThat(again.packet().chunks().getFirst().type()).isEqualTo(SctpChunks.DATA);
        assertThat(again.trafficClass()).isNotEqualTo(ECT_0);
    }

    @Test
    void withoutAgreementNothingMayBeMarked() {
        var t = SctpLadder.established();
        t.send(0, 100);
        assertThat(t.next().trafficClass()).isNotEqualTo(ECT_0);
        t.arrivingTrafficClass = CE;
        t.in(t.data(1, 0, 0, 10), t.data(2, 0, 1, 10));
        t.out("SACK[...]");
    }

    @Test
    void aMarkIsEchoedWithEachSackUntilThePeerReducedItsWindow() {
        var t = established();
        t.in(t.data(1, 0, 0, 10));
        t.out("SACK[...]");
        t.arrivingTrafficClass = CE;
        t.in(t.data(2, 0, 1, 10), t.data(3, 0, 2, 10));
        t.out("ECNE[...2]", "SACK[..., cum_tsn=3, ...]");
        t.arrivingTrafficClass = 0;
        t.in(t.data(4, 0, 3, 10), t.data(5, 0, 4, 10));
        t.in(t.data(6, 0, 5, 10), t.data(7, 0, 6, 10));
        t.out("ECNE[...", "SACK[...");
        t.in(chunk(SctpChunks.CWR, t.peerTsn(2)), t.data(8, 0, 7, 10));
        t.in(t.data(9, 0, 8, 10));
        t.out("SACK[...");
    }

    @Test
    void anEchoHalvesTheWindowOncePerWindowOfDataAndIsConfirmedEachTime() {
        var t = established();
        t.send(0, 6000);
        t.ignore();
        long before = t.path(0).cwnd();
        t.in(chunk(SctpChunks.ECNE, t.ownTsn(1)));
        t.out("CWR[...");
        assertThat(t.path(0).cwnd()).isEqualTo(Math.max(before / 2, 4 * 1468));
        assertThat(t.path(0).ssthresh()).isEqualTo(t.path(0).cwnd());
        t.in(chunk(SctpChunks.ECNE, t.ownTsn(2)));
        t.out("CWR[...");
        assertThat(t.association().ecn.reductions()).isEqualTo(1);
        t.in(chunk(SctpChunks.ECNE, t.ownTsn(900)));
        t.nothing();
    }

    /// After two resets of TSNs that the peer asked for.
    private static SctpLadder afterTwoResets() {
        var t = new SctpLadder(SctpLadder.plain()
                .withFeatures(SctpFeatures.none().withEcn(true).withReconfiguration(true)));
        t.listen();
        t.in(t.init(List.of(
                new SctpParameter.Bare(SctpParameters.ECN_CAPABLE),
                SctpParameter.supportedExtensions(SctpChunks.RECONFIG))));
        t.ignore();
        t.in(t.cookieEcho());
        t.accept();
        t.in(t.data(1, 3, 0, 10));
        for (int i = 1; i <= 2; i++) {
            t.in(new SctpChunk.Parameters(
                    SctpChunks.RECONFIG,
                    0,
                    List.of(new SctpParameter.Word(
                            SctpReconfigParameters.SSN_TSN_RESET, t.peerTsn(i) & 0xffff_ffffL))));
        }
        t.ignore();
        return t;
    }

    /// The peer would drop an echo with such a TSN, and never confirm it.
    @Test
    @Rfc(value = 6525, section = "5.2.4")
    void aLateMarkOfBeforeAResetDoesNotDeafenToThoseOfNow() {
        SctpLadder t = afterTwoResets();
        t.arrivingTrafficClass = CE;
        t.in(t.data(0, 3, 0, 10));
        t.in(t.data(1, 3, 0, 10));
        t.ignore();
        assertThat(t.association().ecn.echo()).isEqualTo(-1);
        t.in(t.data(2 + 2 * FAR, 3, 0, 10), t.data(3 + 2 * FAR, 3, 1, 10));
        t.out("ECNE[..." + (2 + 2 * FAR) + "]", "SACK[...]");
    }

    @Test
    @Rfc(value = 6525, section = "5.2.4")
    void aMarkIsToldByTheDataBesideThatOfBeforeAReset() {
        SctpLadder t = afterTwoResets();
        t.arrivingTrafficClass = CE;
        t.in(t.data(0, 3, 0, 10), t.data(2 + 2 * FAR, 3, 0, 10));
        t.out("ECNE[..." + (2 + 2 * FAR) + "]", "SACK[...]");
    }

    @Test
    @Rfc(value = 6525, section = "5.2.4")
    void aLateConfirmationOfBeforeAResetConfirmsNothing() {
        SctpLadder t = afterTwoResets();
        t.arrivingTrafficClass = CE;
        t.in(t.data(2 + 2 * FAR, 3, 0, 10), t.data(3 + 2 * FAR, 3, 1, 10));
        t.out("ECNE[..." + (2 + 2 * FAR) + "]", "SACK[...]");
        t.arrivingTrafficClass = 0;
        t.in(chunk(SctpChunks.CWR, t.peerTsn(0)));
        assertThat(t.dropped(Drop.SCTP_BYGONE_TSN)).isEqualTo(1);
        t.in(t.data(4 + 2 * FAR, 3, 2, 10), t.data(5 + 2 * FAR, 3, 3, 10));
        t.in(t.data(6 + 2 * FAR, 3, 4, 10), t.data(7 + 2 * FAR, 3, 5, 10));
        t.out("ECNE[..." + (2 + 2 * FAR) + "]", "SACK[...]");
        t.in(chunk(SctpChunks.CWR, t.peerTsn(3 + 2 * FAR)));
        assertThat(t.association().ecn.echo()).isEqualTo(-1);
    }

    @Test
    @Rfc(value = 6525, section = "5.2.4")
    void aLateEchoOfBeforeAResetReducesNothing() {
        SctpLadder t = afterTwoResets();
        t.in(chunk(SctpChunks.ECNE, t.ownTsn(-1)));
        assertThat(t.dropped(Drop.SCTP_BYGONE_TSN)).isEqualTo(1);
        assertThat(t.association().ecn.reductions()).isZero();
        t.nothing();
    }

    /// It may as well be of before the last reset as of after the one that is asked for; then it comes again anyway.
    @Test
    @Rfc(value = 6525, section = "5.2.4")
    void aMarkOfDataThatMayBeOfBeforeOrAfterResetsIsNotTold() {
        SctpLadder t = afterTwoResets();
        assertThat(t.sctp.resetAssociation(t.now, t.association())).isNull();
        t.ignore();
        t.arrivingTrafficClass = CE;
        t.in(t.data(0, 3, 0, 10));
        t.out("SACK[...]");
        t.in(new SctpChunk.Parameters(
                SctpChunks.RECONFIG,
                0,
                List.of(new SctpParameter.ReconfigResponse(t.ownTsn(1), SctpReconfigParameters.DENIED))));
        t.in(t.data(2 + 2 * FAR, 3, 0, 10), t.data(3 + 2 * FAR, 3, 1, 10));
        t.out("ECNE[..." + (2 + 2 * FAR) + "]", "SACK[...]");
    }
}
