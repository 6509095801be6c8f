package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Somebody who knows addresses and ports of an association but sees none of its packets, and guesses.
class BlindGuessTest {
    private static final int GUESSES = 20_000;

    private final Entropy guesses = Entropy.seeded(11);
    private final SctpLadder t = SctpLadder.established();

    private long guess() {
        long tag = guesses.nextLong() & 0xffff_ffffL;
        return tag == t.hostTag || tag == 0 ? 1 : tag;
    }

    private void goesOn() {
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        assertThat(t.notifications()).isEmpty();
        t.in(t.data(1, 0, 0, 10));
        t.out("SACK[..., cum_tsn=1, ..., dups=[]]");
        assertThat(t.messages()).containsExactly("0:10");
    }

    @Test
    @Rfc(value = 9260, section = "8.5")
    void withoutTheTagNoChunkIsTakenAndNoneAnswered() {
        List<SctpChunk> chunks = List.of(
                SctpLadder.abortChunk(),
                t.data(1, 0, 0, 10),
                t.shutdownChunk(0),
                SctpLadder.bare(SctpChunks.SHUTDOWN_ACK),
                SctpLadder.bare(SctpChunks.SHUTDOWN_COMPLETE),
                t.sack(0, 0));
        for (int i = 0; i < GUESSES; i++) {
            t.inject(0, guess(), chunks.get(i % chunks.size()));
        }
        t.nothing();
        assertThat(t.dropped(Drop.SCTP_BAD_TAG)).isEqualTo(GUESSES);
        goesOn();
    }

    /// An INIT from the peer's address may be that of a peer that restarted: it costs an answer, and what it leads
    /// to needs the cookie in it, which went to the peer.
    @Test
    @Rfc(value = 9260, section = "5.2.2")
    void withoutTheCookieNoRestartIsTaken() {
        for (int i = 0; i < 1000; i++) {
            t.in(t.init(guess(), 100_000, 10, 10, List.of()));
            t.ignore();
            byte[] forged = t.cookie.clone();
            forged[guesses.nextInt(forged.length)] ^= (byte) (1 + guesses.nextInt(255));
            t.inject(0, t.hostTag, new SctpChunk.Opaque(SctpChunks.COOKIE_ECHO, 0, Octets.of(forged)));
            t.nothing();
        }
        assertThat(t.dropped(Drop.SCTP_BAD_COOKIE)).isEqualTo(1000);
        assertThat(t.sctp.size()).isEqualTo(1);
        assertThat(t.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
    }
}
