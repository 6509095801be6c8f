package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpDataHeader;
import io.towpath.wire.testing.Rfc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rfc(value = 8260, section = "2")
class InterleavingTest {
    private static final SctpConfig CONFIG = SctpLadder.plain()
            .withFeatures(SctpFeatures.none().withPartialReliability(true).withInterleaving(true));

    private static SctpLadder established(SctpConfig config) {
        return PartialReliabilityTest.established(
                config, SctpChunks.FORWARD_TSN, SctpChunks.I_FORWARD_TSN, SctpChunks.I_DATA);
    }

    private static SctpChunk idata(SctpLadder t, String flags, long tsn, int sid, long mid, long ppidOrFsn, int n) {
        int bits = (flags.contains("B") ? SctpDataHeader.B : 0)
                | (flags.contains("E") ? SctpDataHeader.E : 0)
                | (flags.contains("U") ? SctpDataHeader.U : 0);
        return new SctpChunk.IData(bits, t.peerTsn(tsn), sid, mid, ppidOrFsn, Octets.of(SctpLadder.content(n)));
    }

    @Test
    void messagesGoOutAsInterleavedData() {
        var t = established(CONFIG);
        t.send(SendOptions.stream(1).withPpid(7), 2000);
        t.out("I_DATA[flgs=B, len=1468, tsn=1, sid=1, mid=0, ppid=7]");
        t.out("I_DATA[flgs=E, len=572, tsn=2, sid=1, mid=0, fsn=1]");
        t.send(SendOptions.stream(1).withUnordered(true), 10);
        t.out("I_DATA[flgs=UBE, len=30, tsn=3, sid=1, mid=0, ppid=0]");
        t.send(1, 10);
        t.out("I_DATA[flgs=BE, len=30, tsn=4, sid=1, mid=1, ppid=0]");
    }

    @Test
    @Rfc(value = 6458, section = "8.1.21")
    void interleavedMessagesAreDeliveredInPartsFromThePartialDeliveryPointOn() {
        var t = established(CONFIG);
        // Nobody can insist on one message at a time here (RFC 8260): their fragments alternate.
        t.sctp.interleaveParts(t.now, t.association(), false);
        t.sctp.setPartialDeliveryPoint(t.now, t.association(), 1000);
        t.in(idata(t, "B", 1, 1, 0, 0, 800));
        assertThat(t.messages()).isEmpty();
        t.in(idata(t, "", 2, 1, 0, 1, 800));
        assertThat(t.messages()).containsExactly("1:1600+");
        t.in(idata(t, "BE", 3, 2, 0, 0, 50));
        assertThat(t.messages()).containsExactly("2:50");
        t.in(idata(t, "E", 4, 1, 0, 2, 100));
        assertThat(t.messages()).containsExactly("1:100");
    }

    @Test
    @Rfc(value = 9260, section = "6.9")
    void everyMessageThatFillsTheBufferIsDeliveredInPartsSoThatItsNextFragmentFindsRoom() {
        var t = established(CONFIG.withBuffers(4000, 4000));
        t.in(idata(t, "B", 1, 1, 0, 0, 1200), idata(t, "B", 2, 2, 0, 0, 1200));
        assertThat(t.messages()).containsExactly("1:1200+");
        t.in(idata(t, "B", 3, 3, 0, 0, 8900));
        assertThat(t.messages()).containsExactly("2:1200+", "3:8900+");
        t.in(idata(t, "E", 4, 3, 0, 1, 8000));
        assertThat(t.messages()).containsExactly("3:8000");
    }

    @Test
    @Rfc(value = 8260, section = "3.2")
    void chunksOfSeveralStreamsAlternateByTheScheduler() {
        var t = established(CONFIG.withLimits(SctpLimits.defaults().withMaxBurst(0)));
        t.sctp.setScheduler(t.now, t.association(), SchedulingPolicy.ROUND_ROBIN);
        t.send(1, 4344);
        t.send(2, 100);
        t.send(3, 100);
        List<String> order = new ArrayList<>();
        while (t.pending() > 0) {
            for (SctpChunk chunk : t.next().packet().chunks()) {
                order.add(String.valueOf(((SctpChunk.IData) chunk).streamId()));
            }
        }
        assertThat(order).containsExactly("1", "2", "3", "1", "1");
    }

    @Test
    @Rfc(value = 8260, section = "3.4")
    void thePriorityOfAStreamDecidesWhoGoesFirst() {
        var t = established(CONFIG);
        t.sctp.setScheduler(t.now, t.association(), SchedulingPolicy.PRIORITY);
        t.sctp.setStreamValue(t.now, t.association(), 1, 5);
        t.sctp.setStreamValue(t.now, t.association(), 2, 1);
        t.send(1, 100);
        t.send(2, 100);
        t.out("I_DATA[..., tsn=1, sid=2, ...]", "I_DATA[..., tsn=2, sid=1, ...]");
    }

    @Test
    @Rfc(value = 8260, section = "3.6")
    void weightedStreamsShareByTheirWeights() {
        var t = established(CONFIG.withLimits(SctpLimits.defaults().withMaxBurst(0)));
        t.sctp.setScheduler(t.now, t.association(), SchedulingPolicy.WEIGHTED_FAIR);
        t.sctp.setStreamValue(t.now, t.association(), 1, 3);
        t.sctp.setStreamValue(t.now, t.association(), 2, 1);
        t.in(t.sack(0, 0));
        for (int i = 0; i < 40; i++) {
            t.send(1, 400);
            t.send(2, 400);
        }
        t.in(t.sack(0, 100_000));
        int first = 0;
        int all = 0;
        while (t.pending() > 0) {
            for (SctpChunk chunk : t.next().packet().chunks()) {
                if (chunk instanceof SctpChunk.IData data) {
                    first += data.streamId() == 1 ? 1 : 0;
                    all++;
                }
            }
        }
        assertThat(all).isGreaterThan(8);
        assertThat((double) first / all).isBetween(0.6, 0.85);
    }

    @Test
    void fragmentsOfSeveralMessagesMayAlternate() {
        var t = established(CONFIG);
        t.in(idata(t, "B", 1, 1, 0, 77, 100), idata(t, "B", 2, 2, 0, 88, 200));
        t.in(idata(t, "E", 3, 2, 0, 1, 20), idata(t, "", 4, 1, 0, 1, 100));
        assertThat(t.messages()).containsExactly("2:220");
        t.in(idata(t, "UB", 5, 1, 0, 5, 7), idata(t, "E", 6, 1, 0, 2, 1), idata(t, "UE", 7, 1, 0, 1, 7));
        assertThat(t.messages()).containsExactly("1:201", "1:14");
    }

    @Test
    void messagesAreDeliveredInTheOrderOfTheirIdentifiers() {
        var t = established(CONFIG);
        t.in(idata(t, "BE", 1, 1, 1, 0, 20));
        assertThat(t.messages()).isEmpty();
        t.in(idata(t, "BE", 2, 1, 0, 0, 10));
        assertThat(t.messages()).containsExactly("1:10", "1:20");
    }

    @Test
    @Rfc(value = 8260, section = "2.3.1")
    void aSkippedMessageIsToldByItsIdentifier() {
        var t = established(CONFIG);
        t.send(SendOptions.stream(1).withPolicy(SendOptions.Policy.LIFETIME, 500 * Time.MILLISECOND), 100);
        t.send(
                SendOptions.stream(1)
                        .withUnordered(true)
                        .withPolicy(SendOptions.Policy.LIFETIME, 500 * Time.MILLISECOND),
                100);
        t.ignore();
        t.after(1000);
        t.out("I_FORWARD_TSN[cum_tsn=2, ids=[{1,0,0}, {1,1,0}]]");
    }

    @Test
    @Rfc(value = 8260, section = "2.3.1")
    void anInterleavedForwardTsnDropsFragmentsAndLetsLaterMessagesThrough() {
        var t = established(CONFIG);
        t.in(idata(t, "B", 1, 1, 0, 0, 100), idata(t, "BE", 3, 1, 1, 0, 10));
        t.in(new SctpChunk.IForwardTsn(0, t.peerTsn(2), List.of(new SctpChunk.IForwardTsn.Skipped(1, false, 0))));
        assertThat(t.messages()).containsExactly("1:10");
        assertThat(t.info().receivedBytes()).isZero();
    }

    @Test
    @Rfc(value = 8260, section = "2.1")
    void whichOfTwoMessagesOfOneNumberBreaksOffIsTold() {
        var t = established(CONFIG);
        t.sctp.setPartialDeliveryPoint(t.now, t.association(), 1000);
        t.in(idata(t, "UB", 1, 1, 0, 0, 1400));
        t.in(idata(t, "B", 2, 1, 0, 0, 1200));
        assertThat(t.messages()).containsExactly("1:1400+", "1:1200+");
        t.in(new SctpChunk.IForwardTsn(0, t.peerTsn(3), List.of(new SctpChunk.IForwardTsn.Skipped(1, true, 0))));
        assertThat(t.notifications())
                .contains(new Notification.PartialDeliveryAborted(1, 0, true, t.peerTsn(1) & 0xffff_ffffL));
        t.in(idata(t, "E", 4, 1, 0, 1, 100));
        assertThat(t.messages()).containsExactly("1:100");
    }

    @Test
    @Rfc(value = 8260, section = "2.2.2")
    void dataInsteadOfInterleavedDataAborts() {
        var t = established(CONFIG);
        t.in(t.data(1, 0, 0, 10));
        t.out("ABORT[flgs=0, PROTOCOL_VIOLATION[...]]");
    }
}
