package io.towpath.cli;

import io.towpath.net.sctp.SctpSocket;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Whom a command talks to, and how it sends.
final class SctpPeer {
    @Option(
            names = "--also",
            paramLabel = "ADDR",
            description = "Further addresses of the peer, to begin with when the first one does not answer.")
    private List<IpAddress> also = new ArrayList<>();

    @Option(
            names = "--udp-peer",
            paramLabel = "PORT",
            defaultValue = "9899",
            description = "With --udp-encap: the peer's UDP port (default: ${DEFAULT-VALUE}).")
    private int udpPeer = SctpConfig.ENCAPSULATION_PORT;

    @Option(names = "--unordered", description = "Send unordered messages.")
    private boolean unordered;

    @Option(
            names = "--lifetime",
            paramLabel = "TIME",
            description = "Give messages up that are not delivered in this time (RFC 3758): 200ms.")
    private @Nullable Span lifetime;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long to wait for the peer at the beginning (default: ${DEFAULT-VALUE}).")
    private Span timeout = new Span(30_000_000_000L);

    SctpPeer() {}

    /// Complains of values that cannot be.
    void check() {
        if (udpPeer < 1 || udpPeer > 65_535) {
            throw CommandFailure.wrongUsage("--udp-peer expects a port from 1 to 65535, not " + udpPeer);
        }
    }

    /// The peer's address and port.
    static Endpoint endpoint(String text) {
        try {
            Endpoint to = Endpoint.parse(text);
            if (to.port() != 0) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            boolean name = text.matches("[A-Za-z0-9.-]*[G-Zg-z][A-Za-z0-9.-]*:[0-9]+");
            throw CommandFailure.wrongUsage("TO expects an address and a port such as 10.77.0.1:7 or [::1]:7, not '"
                    + text + "'" + (name ? ": names are not looked up" : ""));
        }
        throw CommandFailure.wrongUsage("TO expects a port from 1 to 65535, not '" + text + "'");
    }

    /// Begins the association.
    ///
    /// @throws CommandFailure with one line when there is none
    SctpSocket connect(SctpSide side, SctpSide.Running running, Endpoint to) {
        List<IpAddress> addresses = new ArrayList<>(List.of(to.address()));
        addresses.addAll(also);
        SctpConfig config = side.config(to.address()).withNoDelay(true).withEncapsulation(side.isUdp() ? udpPeer : 0);
        try {
            return running.host()
                    .sctp()
                    .connect(List.of(), 0, addresses, to.port(), config, Duration.ofNanos(timeout.nanos()));
        } catch (SocketTimeoutException e) {
            throw CommandFailure.failed(to + ": " + Reasons.of(e)
                    + (side.isUdp() ? " (UDP port " + udpPeer + "; --udp-peer names another)" : ""));
        } catch (IOException e) {
            throw CommandFailure.failed(to + ": " + Reasons.of(e));
        }
    }

    /// How a message goes on a stream.
    SendOptions options(int stream) {
        SendOptions plain = SendOptions.stream(stream).withUnordered(unordered);
        Span life = lifetime;
        return life == null ? plain : plain.withPolicy(SendOptions.Policy.LIFETIME, life.nanos());
    }
}
