package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rfc(value = 8899, section = "6.2")
class PathMtuProbeTest {
    private static final SctpConfig CONFIG =
            SctpLadder.plain().withExtensions(SctpExtensions.defaults().withPathMtuProbes(true));
    private static final int IP = 20;

    private static SctpLadder established() {
        var t = new SctpLadder(CONFIG);
        t.listen();
        t.in(t.init());
        t.next();
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.accept();
        return t;
    }

    private static int bytes(SctpLadder.Departed departed) {
        return departed.packet().emit().length + IP;
    }

    private static SctpLadder.Departed probe(SctpLadder t) {
        SctpLadder.Departed departed = t.next();
        List<SctpChunk> chunks = departed.packet().chunks();
        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0).type()).isEqualTo(SctpChunks.HEARTBEAT);
        assertThat(chunks.get(1).type()).isEqualTo(SctpChunks.PAD);
        assertThat(departed.dontFragment()).isTrue();
        return departed;
    }

    @Test
    void aProbeOfTheLargestSizeThatIsAnsweredMakesPacketsSoLarge() {
        var t = established();
        assertThat(t.path(0).mtu()).isEqualTo(1200);
        SctpLadder.Departed probe = probe(t);
        assertThat(bytes(probe)).isEqualTo(1500);
        t.send(0, 3000);
        assertThat(bytes(t.next())).isLessThanOrEqualTo(1200);
        t.ignore();
        t.in(SctpLadder.heartbeatAck(probe));
        assertThat(t.path(0).mtu()).isEqualTo(1500);
        t.in(t.sack(3, 100_000));
        t.send(0, 3000);
        assertThat(bytes(t.next())).isGreaterThan(1400);
    }

    @Test
    @Rfc(value = 8899, section = "3")
    void aLostProbeIsNoErrorOfThePathAndTheSearchGoesOnBelow() {
        var t = established();
        int largest = Integer.MAX_VALUE;
        int probes = 0;
        while (t.path(0).mtu() < 1300 && probes < 30) {
            while (t.pending() > 0) {
                SctpLadder.Departed probe = probe(t);
                probes++;
                if (bytes(probe) <= 1350) {
                    largest = bytes(probe);
                    t.in(SctpLadder.heartbeatAck(probe));
                }
            }
            t.after(1000);
        }
        assertThat(largest).isBetween(1300, 1350);
        assertThat(t.path(0).mtu()).isEqualTo(largest);
        assertThat(t.path(0).errors()).isZero();
        assertThat(t.path(0).rtoNanos()).isEqualTo(1_000_000_000L);
    }

    @Test
    @Rfc(value = 8899, section = "4.3")
    void packetsThatVanishAgainAndAgainMakeItSmaller() {
        var t = established();
        t.in(SctpLadder.heartbeatAck(probe(t)));
        assertThat(t.path(0).mtu()).isEqualTo(1500);
        t.send(0, 5000);
        for (int i = 0; i < 3; i++) {
            t.after(1000 << i);
        }
        t.ignore();
        assertThat(t.path(0).mtu()).isEqualTo(1200);
    }

    @Test
    void withoutTheSettingThereIsNoProbe() {
        var t = SctpLadder.established();
        t.nothing();
        assertThat(t.path(0).mtu()).isEqualTo(1500);
    }
}
