package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.NetworkError;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpPacket;
import io.towpath.wire.testing.Rfc;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

@Rfc(value = 4960, section = "Appendix C")
class NetworkErrorTest {
    private static byte[] quoted(long tag, SctpChunk chunk) {
        return SctpPacket.of(SctpLadder.HOST_PORT, SctpLadder.PEER_PORT, tag, chunk)
                .emit();
    }

    private static byte[] quotedData(SctpLadder t, long tag) {
        return Arrays.copyOf(quoted(tag, t.data(1, 0, 0, 10)), 8);
    }

    private static SctpLadder waiting() {
        var t = new SctpLadder();
        t.connect();
        t.out("INIT[...");
        return t;
    }

    private static SctpChunk ownInit(long tag) {
        return new SctpChunk.Init(1, 0, tag, 100_000, 10, 10, 1, java.util.List.of());
    }

    @Test
    void aPeerWithoutSctpEndsAnAssociationThatIsBeingOpened() {
        var t = waiting();
        t.icmp(0, NetworkError.Kind.PROTOCOL_UNREACHABLE, 0, quoted(0, ownInit(t.hostTag)));
        assertThat(t.association().error()).isEqualTo(SctpError.REFUSED);
    }

    @Test
    void anInitThatIsNotOursSaysNothing() {
        var t = waiting();
        t.icmp(0, NetworkError.Kind.PROTOCOL_UNREACHABLE, 0, quoted(0, ownInit(t.hostTag + 1)));
        t.icmp(0, NetworkError.Kind.PROTOCOL_UNREACHABLE, 0, Arrays.copyOf(quoted(0, ownInit(t.hostTag)), 16));
        assertThat(t.association().isClosed()).isFalse();
    }

    @Test
    void anOpenAssociationEndsWhenTheTagIsThePeersAndNotWhenItIsForged() {
        var t = SctpLadder.established();
        t.icmp(0, NetworkError.Kind.PROTOCOL_UNREACHABLE, 0, quotedData(t, SctpLadder.PEER_TAG + 1));
        assertThat(t.association().isClosed()).isFalse();
        // With an INIT in it the error is of another time.
        t.icmp(0, NetworkError.Kind.PROTOCOL_UNREACHABLE, 0, quoted(0, ownInit(t.hostTag)));
        assertThat(t.association().isClosed()).isFalse();
        t.icmp(0, NetworkError.Kind.PROTOCOL_UNREACHABLE, 0, quotedData(t, SctpLadder.PEER_TAG));
        assertThat(t.association().error()).isEqualTo(SctpError.ABORTED);
    }

    @Test
    void aPathMtuIsTakenFromAMessageWithThePeersTagOnly() {
        var t = SctpLadder.established();
        t.icmp(0, NetworkError.Kind.TOO_BIG, 1000, quotedData(t, SctpLadder.PEER_TAG + 1));
        assertThat(t.path(0).mtu()).isEqualTo(1500);
        t.icmp(0, NetworkError.Kind.TOO_BIG, 1000, quotedData(t, SctpLadder.PEER_TAG));
        assertThat(t.path(0).mtu()).isEqualTo(1000);
    }

    @Test
    void unreachableCountsAsErrorsButNeverEnoughOfThem() {
        var t = SctpLadder.established();
        for (int i = 0; i < 100; i++) {
            t.icmp(0, NetworkError.Kind.HOST_UNREACHABLE, 0, quotedData(t, SctpLadder.PEER_TAG));
        }
        assertThat(t.path(0).state()).isEqualTo(PathState.ACTIVE);
        assertThat(t.path(0).errors()).isEqualTo(5);
    }

    @Test
    void anUnreachablePortSaysNothing() {
        var t = SctpLadder.established();
        t.icmp(0, NetworkError.Kind.PORT_UNREACHABLE, 0, quotedData(t, SctpLadder.PEER_TAG));
        assertThat(t.association().isClosed()).isFalse();
        assertThat(t.path(0).errors()).isZero();
    }
}
