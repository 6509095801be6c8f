package io.towpath.net.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import io.towpath.sctp.Message;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.IpAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostedThenClosedTest {
    @RepeatedTest(10)
    void whatWasTakenBeforeTheShutdownIsDelivered() throws Exception {
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24")) {
            SctpConfig config = SctpConfig.defaults().withBuffers(20_000, 1 << 20);
            SctpServer server = pair.b().sctp().listen(List.of(), 5000, 10, config);
            SctpSocket client = pair.a()
                    .sctp()
                    .connect(List.of(), 0, List.of(IpAddress.parse("10.0.0.2")), 5000, config, Duration.ZERO);
            SctpSocket accepted = server.accept();
            client.send(new byte[10], SendOptions.stream(1));
            int taken = 1;
            for (int i = 0; i < 20; i++) {
                client.send(new byte[4000], SendOptions.stream(1)); // more than the peer's window
                taken++;
            }
            client.association().resetOutgoing(1); // waits for those
            for (int i = 0; i < 1000; i++) {
                client.send(new byte[8], SendOptions.stream(2));
                taken++;
            }
            boolean last = client.trySend(new byte[9], SendOptions.stream(1));
            assumeThat(last).isTrue();
            taken++;
            client.shutdown();
            int received = 0;
            for (Message m = accepted.receive(); m != null; m = accepted.receive()) {
                received++;
            }
            assertThat(received).isEqualTo(taken);
        }
    }
}
