package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.sctp.Notification.PathChanged;
import io.towpath.sctp.Notification.PathChanged.Change;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.testing.Rfc;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

@Rfc(value = 7829, section = "4.2")
class QuickFailoverTest {
    private static SctpConfig config(SctpFailover failover) {
        return SctpLadder.plain().withExtensions(SctpExtensions.defaults().withFailover(failover));
    }

    private static SctpLadder timedOut(SctpFailover failover) {
        var t = SctpLadder.established(config(failover), 100_000, 2);
        t.send(0, 10);
        t.outTo(0, "DATA[..., tsn=1, ...]");
        t.after(1000);
        return t;
    }

    @Test
    void theFirstTimeoutSendsDataAnotherWayAndProbesThePath() {
        var t = timedOut(SctpFailover.quick());
        assertThat(t.path(0).state()).isEqualTo(PathState.POTENTIALLY_FAILED);
        SctpLadder.Departed heartbeat = t.next();
        assertThat(heartbeat.path()).isZero();
        t.outTo(1, "DATA[..., tsn=1, ...]");
        t.inFrom(1, t.sack(1, 100_000));
        t.send(0, 10);
        t.outTo(1, "DATA[..., tsn=2, ...]");
        t.inFrom(1, t.sack(2, 100_000));
        assertThat(t.notifications())
                .contains(new PathChanged(t.peers.get(0), Change.POTENTIALLY_FAILED, PathState.POTENTIALLY_FAILED));
        t.inFrom(0, SctpLadder.heartbeatAck(heartbeat));
        assertThat(t.path(0).state()).isEqualTo(PathState.ACTIVE);
        assertThat(t.path(0).errors()).isZero();
        t.send(0, 10);
        t.outTo(0, "DATA[..., tsn=3, ...]");
    }

    @Test
    void withoutItAPathIsGoodUntilItFails() {
        var t = timedOut(SctpFailover.off());
        assertThat(t.path(0).state()).isEqualTo(PathState.ACTIVE);
    }

    @Test
    void aPathInDoubtIsProbedInEachTimeoutUntilItFails() {
        var t = timedOut(SctpFailover.quick());
        t.next();
        t.outTo(1, "DATA[...]");
        t.inFrom(1, t.sack(1, 100_000));
        int probes = 1;
        for (int i = 0; i < 4; i++) {
            t.after(60_000);
            while (t.pending() > 0) {
                t.outTo(0, "HEARTBEAT[...]");
                probes++;
            }
        }
        assertThat(probes).isEqualTo(5);
        assertThat(t.path(0).state()).isEqualTo(PathState.INACTIVE);
    }

    @Test
    void whenAllAreInDoubtDataStaysOnThePathThatHasNotMoreErrorsThanOthers() {
        var t = timedOut(SctpFailover.quick());
        t.next();
        t.outTo(1, "DATA[..., tsn=1, ...]");
        t.after(1000);
        assertThat(t.path(1).state()).isEqualTo(PathState.POTENTIALLY_FAILED);
        boolean again = false;
        while (t.pending() > 0) {
            SctpLadder.Departed departed = t.next();
            again |= departed.path() == 1
                    && departed.packet().chunks().getFirst().type() == SctpChunks.DATA;
        }
        assertThat(again).isTrue();
    }

    @Test
    void whenAllHaveFailedTheyAreTriedInTurn() {
        SctpConfig config =
                config(SctpFailover.off()).withLimits(SctpLimits.defaults().withRetransmissions(100, 0, 8));
        var t = SctpLadder.established(config, 100_000, 2);
        t.send(0, 10);
        t.outTo(0, "DATA[...]");
        t.after(1000);
        t.outTo(1, "DATA[...]");
        t.after(4000);
        assertThat(t.path(0).state()).isEqualTo(PathState.INACTIVE);
        assertThat(t.path(1).state()).isEqualTo(PathState.INACTIVE);
        Set<Integer> tried = new TreeSet<>();
        for (int i = 0; i < 4; i++) {
            while (t.pending() > 0) {
                tried.add(t.next().path());
            }
            t.after(60_000);
        }
        assertThat(tried).containsExactly(0, 1);
    }

    @Test
    @Rfc(value = 7829, section = "5.1")
    void aPrimaryPathWithTooManyErrorsLosesItsPlace() {
        var t = timedOut(new SctpFailover(0, 0));
        assertThat(t.info().primary()).isEqualTo(t.peers.get(1));
        SctpLadder.Departed heartbeat = t.next();
        t.outTo(1, "DATA[..., tsn=1, ...]");
        t.inFrom(0, SctpLadder.heartbeatAck(heartbeat));
        t.send(0, 10);
        t.outTo(1, "DATA[..., tsn=2, ...]");
    }
}
