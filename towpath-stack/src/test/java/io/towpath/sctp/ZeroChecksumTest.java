package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.wire.Bytes;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpPacket;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpParameters;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rfc(value = 9653, section = "5")
class ZeroChecksumTest {
    private static SctpLadder established(int method) {
        var t = new SctpLadder(
                SctpLadder.plain().withFeatures(SctpFeatures.none().withZeroChecksum(true)));
        t.listen();
        t.in(t.init(List.of(new SctpParameter.Word(SctpParameters.ZERO_CHECKSUM, method))));
        t.out("INIT_ACK[...");
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.accept();
        return t;
    }

    private static byte[] withoutChecksum(SctpLadder t, long tag, SctpChunk... chunks) {
        byte[] bytes = SctpPacket.of(SctpLadder.PEER_PORT, SctpLadder.HOST_PORT, tag, chunks)
                .emit();
        Bytes.put32(bytes, 8, 0);
        return bytes;
    }

    @Test
    @Rfc(value = 9653, section = "5.2")
    void packetsOfTheAssociationHaveNoChecksumAndTheInitAckHasOne() {
        var t = established(SctpParameters.EDMID_DTLS);
        assertThat(t.withoutChecksum).isEqualTo(1); // the COOKIE ACK
        t.send(0, 10);
        t.out("DATA[...");
        assertThat(t.withoutChecksum).isEqualTo(2);
    }

    @Test
    @Rfc(value = 9653, section = "5.3")
    void thePeersPacketsMayComeWithoutOne() {
        var t = established(SctpParameters.EDMID_DTLS);
        t.arrive(0, withoutChecksum(t, t.hostTag, t.data(1, 0, 0, 10)));
        t.out("SACK[...");
        t.arrive(0, withoutChecksum(t, 0, t.init()));
        t.nothing();
        assertThat(t.dropped(Drop.BAD_SCTP_CHECKSUM)).isEqualTo(1);
    }

    @Test
    void aWrongChecksumThatIsNotZeroIsWrong() {
        var t = established(SctpParameters.EDMID_DTLS);
        byte[] bytes = withoutChecksum(t, t.hostTag, t.data(1, 0, 0, 10));
        bytes[8] = 1;
        t.arrive(0, bytes);
        t.nothing();
    }

    @Test
    @Rfc(value = 9653, section = "4")
    void anotherMethodIsNoAgreement() {
        var t = established(77);
        assertThat(t.withoutChecksum).isZero();
        t.arrive(0, withoutChecksum(t, t.hostTag, t.data(1, 0, 0, 10)));
        t.nothing();
    }

    @Test
    void withoutAgreementAZeroChecksumIsWrong() {
        var t = SctpLadder.established();
        t.arrive(0, withoutChecksum(t, t.hostTag, t.data(1, 0, 0, 10)));
        t.nothing();
    }

    /// The peer may have forgotten the association by then, and takes no packet without a checksum.
    @Test
    void aShutdownAckHasAChecksum() {
        var t = established(SctpParameters.EDMID_DTLS);
        int before = t.withoutChecksum;
        t.in(t.shutdownChunk(0));
        t.out("SHUTDOWN_ACK[flgs=0]");
        assertThat(t.withoutChecksum).isEqualTo(before);
    }
}
