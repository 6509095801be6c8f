package io.towpath.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.tcp.TcpState;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import org.junit.jupiter.api.Test;

class LadderTest {
    private static final int SYN = TcpHeader.SYN;
    private static final int ACK = TcpHeader.ACK;
    private static final int FIN = TcpHeader.FIN;
    private static final int PSH = TcpHeader.PSH;
    private static final long MS = Time.MILLISECOND;

    private static Conversation handshake() {
        return new Conversation()
                .become(0, true, TcpState.CLOSED, TcpState.SYN_SENT)
                .left(
                        0,
                        SYN,
                        0,
                        0,
                        0,
                        new TcpOption.Mss(1460),
                        new TcpOption.SackPermitted(),
                        new TcpOption.WindowScale(3))
                .become(20 * MS, false, TcpState.LISTEN, TcpState.SYN_RECEIVED)
                .right(20 * MS, SYN | ACK, 0, 1, 0, new TcpOption.Mss(1460))
                .become(40 * MS, true, TcpState.SYN_SENT, TcpState.ESTABLISHED)
                .left(40 * MS, ACK, 1, 1, 0)
                .become(60 * MS, false, TcpState.SYN_RECEIVED, TcpState.ESTABLISHED);
    }

    @Test
    void aHandshakeShowsTimeFlagsOptionsRelativeNumbersAndTheStatesOfBothEnds() {
        assertThat(handshake().draw(new TextStyle(100, true, false)).stripIndent())
                .isEqualTo("""
                                    client ┬───────────────────────────────────────────────────────────┬ server
                            10.0.0.1:49152 │                                                           │ 10.0.0.2:80
                     0.000 ms     SYN-SENT ├─ SYN seq 0 mss 1460 wscale 3 sack ───────────────────────►│ SYN-RECEIVED
                    20.000 ms  ESTABLISHED │◄─────────────────────────── SYN,ACK seq 0 ack 1 mss 1460 ─┤ SYN-RECEIVED
                    40.000 ms  ESTABLISHED ├─ ACK seq 1 ack 1 ────────────────────────────────────────►│ ESTABLISHED\
                    """);
    }

    @Test
    void asciiPaperGetsAsciiOnly() {
        String drawn = handshake().draw(new TextStyle(80, false, false));

        assertThat(drawn)
                .isASCII()
                .contains("|- SYN seq 0")
                .contains("->| SYN-RECEIVED")
                .contains("|<--");
        assertThat(drawn.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void aLostSegmentIsABrokenArrowAndItsRepetitionSaysAgain() {
        String drawn = handshake()
                .leftLost(80 * MS, PSH | ACK, 1, 1, 100)
                .left(1080 * MS, PSH | ACK, 1, 1, 100)
                .draw(new TextStyle(100, false, false));

        assertThat(drawn.lines().toList().get(5))
                .matches(" +80\\.000 ms +ESTABLISHED \\|- PSH,ACK seq 1 ack 1 len 100 -+ x lost \\| ESTABLISHED");
        assertThat(drawn.lines().toList().get(6))
                .contains("PSH,ACK seq 1 ack 1 len 100 again -")
                .contains("->|");
    }

    @Test
    void identicalSegmentsArriveInTheOrderInWhichTheyLeft() {
        Conversation talk = handshake().left(80 * MS, ACK, 1, 1, 0).left(81 * MS, ACK, 1, 1, 0);
        talk.until(Time.SECOND);

        assertThat(talk.ladder.since(0))
                .filteredOn(LadderArrow.class::isInstance)
                .map(item -> ((LadderArrow) item).arriveAt())
                .endsWith(100 * MS, 101 * MS);
    }

    @Test
    void aLongRunOfDataIsCountedWithWhatWasLostAndWhatWasSentAgain() {
        Conversation talk = handshake();
        long at = 80 * MS;
        for (int i = 0; i < 1240; i++, at += MS) {
            if (i == 500) {
                talk.leftLost(at, ACK, 1 + i * 1000L, 1, 1000);
            } else if (i == 600) {
                talk.left(at, ACK, 1 + 500 * 1000L, 1, 1000);
            } else {
                talk.left(at, ACK, 1 + i * 1000L, 1, 1000);
            }
        }

        String drawn = talk.draw(new TextStyle(100, true, false));

        assertThat(drawn.lines().toList()).hasSize(2 + 2 + 3 + 1 + 3);
        assertThat(drawn).contains("… 1,235 segments, 1.24 MB, 1 again, 1 lost ►");
    }

    @Test
    void aSegmentAfterARunEndsItAndIsShown() {
        Conversation talk = handshake();
        for (int i = 0; i < 20; i++) {
            talk.left((80 + i) * MS, ACK, 1 + i * 1000L, 1, 1000);
        }
        String drawn = talk.left(200 * MS, FIN | ACK, 20_001, 1, 0).draw(TextStyle.PLAIN);

        assertThat(drawn.lines().toList().getLast()).contains("FIN,ACK seq 20001 ack 1 ─");
    }

    @Test
    void aRunOfFewIsShownAsItIs() {
        Conversation talk = handshake();
        for (int i = 0; i < 9; i++) {
            talk.left((80 + i) * MS, ACK, 1 + i * 1000L, 1, 1000);
        }

        assertThat(talk.draw(TextStyle.PLAIN)).doesNotContain("…").contains("seq 3001");
    }

    @Test
    void theStateAfterAnArrivalLeavesOutWhatTheUserAskedForAtThatMoment() {
        Conversation talk = handshake()
                .become(100 * MS, true, TcpState.ESTABLISHED, TcpState.FIN_WAIT_1)
                .left(100 * MS, FIN | ACK, 1, 1, 0)
                .become(120 * MS, false, TcpState.ESTABLISHED, TcpState.CLOSE_WAIT)
                .become(120 * MS, false, TcpState.CLOSE_WAIT, TcpState.LAST_ACK)
                .right(120 * MS, FIN | ACK, 1, 2, 0);

        var lines = talk.draw(new TextStyle(100, true, false)).lines().toList();

        assertThat(lines.get(5)).contains(" FIN-WAIT-1 ├─ FIN,ACK").endsWith("│ CLOSE-WAIT");
        assertThat(lines.get(6)).contains("FIN,ACK seq 1 ack 2 ─┤ LAST-ACK");
    }

    @Test
    void aHostThatAnswersWithoutAConnectionHasNoState() {
        Ladder ladder = new Conversation()
                .become(0, true, TcpState.CLOSED, TcpState.SYN_SENT)
                .left(0, TcpHeader.SYN, 0, 0, 0)
                .right(20 * MS, TcpHeader.RST | TcpHeader.ACK, 0, 1, 0)
                .become(40 * MS, true, TcpState.SYN_SENT, TcpState.CLOSED)
                .ladder;
        LadderArrow syn = (LadderArrow) ladder.since(0).getFirst();
        assertThat(ladder.stateName(syn, true)).isEqualTo("SYN-SENT");
        assertThat(ladder.stateName(syn, false)).isEmpty();
    }

    @Test
    void aLostSynTellsNothingOfTheListener() {
        Ladder ladder = new Conversation().leftLost(0, TcpHeader.SYN, 0, 0, 0).ladder;
        assertThat(ladder.stateName((LadderArrow) ladder.since(0).getFirst(), false))
                .isEqualTo("LISTEN");
    }

    @Test
    void otherProtocolsAreShownWithoutStates() {
        assertThat(new Conversation()
                        .datagram(5 * MS, 42)
                        .draw(TextStyle.PLAIN)
                        .lines()
                        .toList()
                        .getLast())
                .contains("├─ UDP 5000 > 7 len 42 ─")
                .endsWith("►│");
    }

    @Test
    void whatComesAfterAMarkIsItsOwnPart() {
        Conversation talk = handshake();
        int mark = talk.ladder.mark();
        talk.left(80 * MS, ACK, 1, 1, 10);

        assertThat(talk.ladder.since(mark)).hasSize(1);
        assertThat(talk.ladder.since(0)).hasSize(4);
    }

    @Test
    void coloursStressStatesThatChange() {
        assertThat(handshake().draw(new TextStyle(100, true, true)))
                .contains("\u001b[1;36m SYN-RECEIVED".replace(" ", ""))
                .contains("\u001b[32mSYN seq 0");
    }
}
