package io.towpath.net.interop;

import java.io.IOException;
import java.util.List;

/// SCTP in UDP (RFC 6951) between two sockets of the operating system.
class SctpOverUdpIT extends UsrsctpScenarios {
    @Override
    Namespace open() throws IOException, InterruptedException {
        return new Namespace(SctpHost.class, List.of("udp", "9899"));
    }

    @Override
    String device() {
        return "lo";
    }

    @Override
    String host() {
        return "127.0.0.1";
    }

    @Override
    String peer() {
        return "127.0.0.1";
    }

    @Override
    int hostUdpPort() {
        return 9899;
    }

    @Override
    int peerUdpPort() {
        return 9900;
    }
}
