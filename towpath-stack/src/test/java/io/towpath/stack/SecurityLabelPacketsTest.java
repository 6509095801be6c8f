package io.towpath.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.config.OpenConditions;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip4Options;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Malformed;
import io.towpath.wire.SecurityLabel;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Labelled connections between two hosts: the IPv4 security option on every packet (RFC 791 §3.1, RFC 1108).
class SecurityLabelPacketsTest {
    private final TestHost a = new TestHost("a", 1);
    private final TestHost b = new TestHost("b", 2);
    private final TestWire wire =
            new TestWire().join(a, a.raw(1500, "10.0.0.1/24")).join(b, b.raw(1500, "10.0.0.2/24"));

    @Test
    @Rfc(value = 791, section = "3.1")
    void everyPacketOfALabelledConnectionCarriesItsLabel() {
        var label = SecurityLabel.of(0xd788, 0x0001, 0x4142, 0x123456);
        var config = TcpConfig.defaults().withConditions(OpenConditions.none().withSecurity(label));
        var listener = ((TcpListener.Listening) b.stack.tcp().listen(0, null, 7, 1, config)).listener();
        var opened = (TcpConnection.Opened) a.stack.tcp().connect(0, null, 0, IpAddress.parse("10.0.0.2"), 7, config);
        TcpConnection c = opened.connection();
        c.sendRing().write(new byte[10_000], 0, 10_000);
        wire.settle(0);
        assertThat(c.state()).isEqualTo(TcpState.ESTABLISHED);
        TcpConnection accepted = b.stack.tcp().accept(Time.SECOND, listener);
        assertThat(accepted).isNotNull();
        wire.settle(Time.SECOND);
        assertThat(accepted.receiveRing().readable()).isEqualTo(10_000);
        assertThat(wire.frames).hasSizeGreaterThan(8).allSatisfy(frame -> {
            assertThat(frame.length).isLessThanOrEqualTo(1500);
            assertThat(Ip4Header.check(frame, 0, frame.length)).isEqualTo(Malformed.NONE);
            int at = Ip4Options.find(frame, 20, Ip4Header.headerLength(frame, 0), Ip4Options.SECURITY);
            assertThat(at).isEqualTo(20);
            assertThat(label.matches(frame, at)).isTrue();
        });
    }
}
