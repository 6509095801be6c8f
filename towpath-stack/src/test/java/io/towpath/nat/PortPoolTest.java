package io.towpath.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import org.junit.jupiter.api.Test;

class PortPoolTest {
    private static final IpAddress OUTSIDE = IpAddress.parse("203.0.113.1");

    private final PortPool pool = new PortPool(Entropy.seeded(1));

    private PortPool.Ports ports(int protocol) {
        return pool.ports(protocol, OUTSIDE.high(), OUTSIDE.low());
    }

    private boolean isTaken(int port) {
        return pool.isTaken(IpProtocol.UDP, OUTSIDE.high(), OUTSIDE.low(), port);
    }

    @Test
    void itHoldsThePortsOfAnAddressAsLongAsOneIsTaken() {
        PortPool.Ports udp = ports(IpProtocol.UDP);
        PortPool.Ports tcp = ports(IpProtocol.TCP);
        udp.take(5000);
        udp.take(5001);
        tcp.take(5000);
        udp.give(5000);
        assertThat(ports(IpProtocol.UDP)).isSameAs(udp);
        assertThat(isTaken(5000)).isFalse();
        assertThat(isTaken(5001)).isTrue();
        udp.give(5001);
        assertThat(isTaken(5001)).isFalse();
        assertThat(ports(IpProtocol.UDP)).isNotSameAs(udp);
        assertThat(ports(IpProtocol.TCP)).isSameAs(tcp);
    }
}
