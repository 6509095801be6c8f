package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.IpAddress;
import org.junit.jupiter.api.Test;

/// Ports of sockets that are bound and neither connected nor listening.
class BoundPortsTest {
    private final Ladder t = new Ladder();

    private BoundPorts.Result bind(int port, boolean shared) {
        return t.tcp.bind(t.now, null, port, shared);
    }

    @Test
    void aBoundPortIsNobodyElses() {
        assertThat(bind(5000, false)).isInstanceOf(BoundPorts.Bound.class);
        assertThat(bind(5000, false)).isEqualTo(new BoundPorts.Failed(TcpError.ADDRESS_IN_USE));
        assertThat(bind(5000, true)).isEqualTo(new BoundPorts.Failed(TcpError.ADDRESS_IN_USE));
        assertThat(t.tcp.listen(t.now, null, 5000, 1, t.config))
                .isEqualTo(new TcpListener.Failed(TcpError.ADDRESS_IN_USE));
    }

    @Test
    void sharedPortsAreShared() {
        assertThat(bind(5000, true)).isInstanceOf(BoundPorts.Bound.class);
        assertThat(bind(5000, true)).isInstanceOf(BoundPorts.Bound.class);
        assertThat(bind(5000, false)).isEqualTo(new BoundPorts.Failed(TcpError.ADDRESS_IN_USE));
    }

    @Test
    void aListenersPortCannotBeBound() {
        t.tcp.listen(t.now, null, 5000, 1, t.config);
        assertThat(bind(5000, true)).isEqualTo(new BoundPorts.Failed(TcpError.ADDRESS_IN_USE));
    }

    @Test
    void aConnectionsPortCanBeBoundByThoseWhoShare() {
        t.tcp.connect(t.now, null, 5000, Ladder.PEER, 80, t.config);
        assertThat(bind(5000, false)).isEqualTo(new BoundPorts.Failed(TcpError.ADDRESS_IN_USE));
        assertThat(bind(5000, true)).isInstanceOf(BoundPorts.Bound.class);
    }

    @Test
    void aPortGivenBackCanBeTaken() {
        BoundPorts.Bound bound = (BoundPorts.Bound) bind(5000, false);
        t.tcp.unbind(bound);
        t.tcp.unbind(bound);
        assertThat(bind(5000, false)).isInstanceOf(BoundPorts.Bound.class);
    }

    @Test
    void portZeroChoosesOneThatIsFree() {
        BoundPorts.Bound one = (BoundPorts.Bound) bind(0, false);
        BoundPorts.Bound other = (BoundPorts.Bound) bind(0, false);
        assertThat(one.port()).isBetween(49_152, 65_535).isNotEqualTo(other.port());
        assertThat(one.address()).isNull();
    }

    @Test
    void anAddressOfSomebodyElseCannotBeBound() {
        assertThat(t.tcp.bind(t.now, IpAddress.parse("192.0.2.99"), 0, false))
                .isEqualTo(new BoundPorts.Failed(TcpError.ADDRESS_NOT_AVAILABLE));
    }
}
