package io.towpath.net.sctp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import io.towpath.wire.Endpoint;

/// Native SCTP in a JVM that is without `jdk.sctp`: started by [SctpOptionalModuleTest].
final class WithoutTheModule {
    static final String DONE = "native sockets work without it";

    private WithoutTheModule() {}

    public static void main(String[] arguments) throws Exception {
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
                SctpServer server = pair.b().sctp().listen(5000);
                SctpSocket client = pair.a().sctp().connect(Endpoint.parse("10.0.0.2:5000"));
                SctpSocket accepted = server.accept()) {
            client.send("hello".getBytes(UTF_8));
            if (accepted.receive().length() != 5) {
                throw new AssertionError();
            }
            if (SctpSockets.class.getMethods().length == 0) {
                throw new AssertionError();
            }
            try {
                System.out.println(pair.a().sctp().channels());
            } catch (UnsupportedOperationException e) {
                System.out.println(e.getMessage());
            }
            System.out.println(DONE);
        }
    }
}
