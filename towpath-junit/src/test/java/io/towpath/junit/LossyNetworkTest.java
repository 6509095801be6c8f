package io.towpath.junit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.towpath.net.Host;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;

class LossyNetworkTest {
    @TowpathTest(seed = 7)
    void survivesALossyNetwork(Network net) throws Exception {
        Host server = net.host("server"), client = net.host("client");
        Wire wire = net.wire(server, client).delay(ofMillis(150)).loss(0.30);
        net.at(ofSeconds(5), wire::cut);
        net.at(ofSeconds(60), wire::heal);

        TcpServer listener = server.listen(80);
        net.start("server", () -> {
            try (TcpStream stream = listener.accept()) {
                stream.input().transferTo(stream.output());
            }
        });
        try (TcpStream stream = client.connect(net.endpoint(server, 80))) {
            stream.write(new byte[20_000]);
            stream.input().readNBytes(20_000); // minutes on the network, milliseconds here
        }

        net.capture().from(client).syns().atMost(3);
        net.capture().resets().none();
    }
}
