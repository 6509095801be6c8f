package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.tcp.close.Orphans;
import org.junit.jupiter.api.Test;

/// The bounds on connections whose user is gone.
class OrphansTest {
    private static TcpConnection holding(int bytes) {
        TcpConnection c = Ladder.established().connection();
        c.sendRing().write(new byte[bytes], 0, bytes);
        return c;
    }

    @Test
    void theOneWhoseUserWentFirstGoesWhenThereAreTooMany() {
        Orphans orphans = new Orphans(2, Long.MAX_VALUE);
        TcpConnection first = holding(0);
        orphans.add(first);
        orphans.add(holding(0));
        assertThat(orphans.tooMany()).isNull();
        orphans.add(holding(0));
        assertThat(orphans.tooMany()).isSameAs(first);
        orphans.remove(first);
        assertThat(orphans.tooMany()).isNull();
    }

    @Test
    void itGoesWhenTheirBuffersHoldTooMuchToo() {
        TcpConnection first = holding(5_000);
        Orphans orphans = new Orphans(100, 2L * first.sendRing().allocated() + 1);
        orphans.add(first);
        orphans.add(holding(5_000));
        assertThat(orphans.tooMany()).isNull();
        orphans.add(holding(5_000));
        assertThat(orphans.tooMany()).isSameAs(first);
        orphans.remove(first);
        assertThat(orphans.bytes()).isEqualTo(2L * first.sendRing().allocated());
    }

    @Test
    void theNewestStaysWhateverItHolds() {
        Orphans orphans = new Orphans(100, 1);
        orphans.add(holding(5_000));
        assertThat(orphans.tooMany()).isNull();
    }

    @Test
    void oneThatIsAddedAgainOrRemovedTwiceCountsOnce() {
        Orphans orphans = new Orphans(100, Long.MAX_VALUE);
        TcpConnection c = holding(0);
        orphans.add(c);
        orphans.add(c);
        assertThat(orphans.size()).isEqualTo(1);
        orphans.remove(c);
        orphans.remove(c);
        assertThat(orphans.size()).isZero();
        assertThat(orphans.bytes()).isZero();
    }
}
