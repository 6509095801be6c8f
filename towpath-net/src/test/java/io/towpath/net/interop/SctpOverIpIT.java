package io.towpath.net.interop;

import java.io.IOException;
import java.util.List;

/// SCTP in IP packets on a TUN device; usrsctp uses raw sockets.
class SctpOverIpIT extends UsrsctpScenarios {
    @Override
    Namespace open() throws IOException, InterruptedException {
        return new Namespace(SctpHost.class, List.of("tun", "tp0"));
    }

    @Override
    String device() {
        return "tp0";
    }

    @Override
    String host() {
        return "10.77.0.2";
    }

    @Override
    String peer() {
        return "10.77.0.1";
    }

    @Override
    int hostUdpPort() {
        return 0;
    }

    @Override
    int peerUdpPort() {
        return 9899;
    }
}
