package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.tcp.close.TimeWait;
import io.towpath.tcp.close.TimeWaitTable;
import org.junit.jupiter.api.Test;

/// The bound on TIME-WAIT rows.
class TimeWaitTableTest {
    private final TcpConnection connection = Ladder.established().connection();
    private final TimeWaitTable table = new TimeWaitTable(3);

    private TimeWait row() {
        return new TimeWait(connection, 0);
    }

    @Test
    void theOldestGoesWhenThereAreTooMany() {
        TimeWait first = row();
        assertThat(table.add(first)).isNull();
        assertThat(table.add(row())).isNull();
        assertThat(table.add(row())).isNull();
        assertThat(table.add(row())).isSameAs(first);
    }

    @Test
    void rowsThatEndBehindAnOldOneLeaveNothingBehind() {
        TimeWait old = row();
        assertThat(table.add(old)).isNull();
        for (int i = 0; i < 100; i++) {
            TimeWait passing = row();
            assertThat(table.add(passing)).isNull();
            table.remove(passing);
        }
        assertThat(table.size()).isEqualTo(1);
        TimeWait second = row();
        table.add(second);
        table.add(row());
        assertThat(table.add(row())).isSameAs(old);
        table.remove(old);
        assertThat(table.add(row())).isSameAs(second);
    }
}
