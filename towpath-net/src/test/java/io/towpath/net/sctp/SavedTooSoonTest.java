package io.towpath.net.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import io.towpath.sctp.HandoverObstacle;
import io.towpath.wire.Endpoint;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SavedTooSoonTest {
    @Test
    void messagesThatTheUserHasNotReceivedStandInTheWay() throws Exception {
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24")) {
            SctpServer server = pair.b().sctp().listen(5000);
            SctpSocket client = pair.a().sctp().connect(Endpoint.parse("10.0.0.2:5000"));
            SctpSocket accepted = server.accept();
            for (int i = 0; i < 3; i++) {
                client.send(new byte[] {(byte) i});
            }
            while (client.association().handoverReadiness().contains(HandoverObstacle.DATA_OUTSTANDING)) {
                Thread.onSpinWait(); // until all is acknowledged
            }
            assertThat(accepted.receive().data()).containsExactly(0);
            assertThat(accepted.association().handoverReadiness()).contains(HandoverObstacle.NOT_RECEIVED);
            assertThat(accepted.association().save()).isNull();
            assertThat(accepted.receive().data()).containsExactly(1);
            assertThat(accepted.receive().data()).containsExactly(2);
            assertThat(accepted.association().save()).isNotNull();
        }
    }
}
