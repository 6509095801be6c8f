package io.towpath.ip;

import static io.towpath.stack.Packets.HOST4;
import static io.towpath.stack.Packets.HOST6;
import static io.towpath.stack.Packets.PEER4;
import static io.towpath.stack.Packets.PEER6;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Route;
import io.towpath.core.Time;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.Pinger;
import io.towpath.stack.TestHost;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Rfc(value = 1191, section = "3")
@Rfc(value = 8201, section = "4")
class PathMtuTest {
    private final TestHost host = new TestHost("host", 1);
    private final Interface link = host.raw(1500, "10.0.0.1/24", "fd00::1/64");
    private final UdpEndpoint socket = ((UdpEndpoint.Bound)
                    host.stack.udp().bind(0, null, 7, UdpConfig.defaults().withDontFragment(true)))
            .endpoint();

    @AfterEach
    void noPacketIsLost() {
        assertThat(host.pool.outstanding()).isZero();
    }

    private void connect(IpAddress peer) {
        assertThat(host.stack.udp().connect(0, socket, peer, 99)).isNull();
    }

    private int mtu(IpAddress peer) {
        Route route = host.stack.ip().route(null, peer);
        assertThat(route).isNotNull();
        return route.mtu();
    }

    private void tooBig(int port, int mtu) {
        host.in(0, link, Packets.error(PEER4, HOST4, 3, 4, mtu, Packets.udp(HOST4, 7, PEER4, port, new byte[1400])));
    }

    private void tooBig6(int port, int mtu) {
        byte[] about = Packets.udp(HOST6, 7, PEER6, port, new byte[1000]);
        host.in(0, link, Packets.error(PEER6, HOST6, 2, 0, mtu, about));
    }

    @Test
    void aMessageAboutOurDatagramLowersThePathMtuOfARouteInUse() {
        connect(PEER4);
        Route held = host.stack.ip().route(null, PEER4);
        tooBig(99, 1400);
        assertThat(held.mtu()).isEqualTo(1400);
        assertThat(held.isStale()).isFalse();
        assertThat(host.stack.snapshot(0).pathMtus()).containsExactly(new PathMtuInfo(PEER4, 1400, 600 * Time.SECOND));
        assertThat(mtu(IpAddress.parse("10.0.0.3"))).isEqualTo(1500);
    }

    @Test
    @Rfc(value = 5927, section = "7.2")
    void aMessageAboutADatagramThatNobodySentIsIgnored() {
        connect(PEER4);
        tooBig(98, 1400);
        assertThat(mtu(PEER4)).isEqualTo(1500);
    }

    @Test
    @Rfc(value = 5927, section = "7.2")
    void anUnconnectedSocketVouchesOnlyForWhomItSentToLast() {
        tooBig(99, 1400);
        assertThat(mtu(PEER4)).isEqualTo(1500);
        host.stack.udp().send(0, socket, PEER4, 99, new byte[10], 0, 10);
        host.frames(0, link);
        tooBig(99, 1400);
        assertThat(mtu(PEER4)).isEqualTo(1400);
    }

    @Test
    void aMessageNeverRaisesThePathMtu() {
        connect(PEER4);
        tooBig(99, 1300);
        tooBig(99, 1400);
        tooBig(99, 1500);
        tooBig(99, 9000);
        assertThat(mtu(PEER4)).isEqualTo(1300);
    }

    @ParameterizedTest
    @CsvSource({"551", "68", "20", "1"})
    @Rfc(value = 5927, section = "7.2")
    void belowTheFloorTheMtuStaysAndRoutersMayFragment(int claimed) {
        connect(PEER4);
        tooBig(99, claimed);
        assertThat(mtu(PEER4)).isEqualTo(552);
        host.stack.udp().send(0, socket, new byte[500], 0, 500);
        byte[] packet = host.frames(0, link).getFirst();
        assertThat(packet).hasSize(528);
        assertThat(Ip4Header.dontFragment(packet, 0)).isFalse();
    }

    @Test
    @Rfc(value = 1191, section = "5")
    void aRouterThatNamesNoMtuMakesUsTryTheNextPlateau() {
        connect(PEER4);
        tooBig(99, 0);
        assertThat(mtu(PEER4)).isEqualTo(1006);
    }

    @Test
    @Rfc(value = 8201, section = "4")
    void ip6ClaimsBelow1280AreDiscarded() {
        connect(PEER6);
        tooBig6(99, 1279);
        assertThat(mtu(PEER6)).isEqualTo(1500);
        tooBig6(99, 1280);
        assertThat(mtu(PEER6)).isEqualTo(1280);
    }

    @Test
    @Rfc(value = 1191, section = "6.3")
    void aPathMtuIsForgottenAfterTenMinutes() {
        connect(PEER4);
        Route held = host.stack.ip().route(null, PEER4);
        tooBig(99, 1400);
        host.tick(600 * Time.SECOND - 1);
        assertThat(held.mtu()).isEqualTo(1400);
        assertThat(host.stack.deadline()).isEqualTo(600 * Time.SECOND);
        host.tick(600 * Time.SECOND);
        assertThat(held.mtu()).isEqualTo(1500);
    }

    @Test
    void aDatagramThatMustNotBeFragmentedIsRefusedWithThePathMtuLearnt() {
        connect(PEER4);
        assertThat(host.stack.udp().send(0, socket, new byte[1472], 0, 1472)).isNull();
        host.frames(0, link);
        tooBig(99, 1400);
        assertThat(host.stack.udp().send(0, socket, new byte[1373], 0, 1373)).isEqualTo(UdpError.TOO_LONG);
        assertThat(host.stack.udp().send(0, socket, new byte[1372], 0, 1372)).isNull();
        assertThat(host.frames(0, link)).singleElement().satisfies(packet -> {
            assertThat(packet).hasSize(1400);
            assertThat(Ip4Header.dontFragment(packet, 0)).isTrue();
        });
    }

    @Test
    void aPingLearnsItToo() {
        Pinger pinger = host.stack.openPinger();
        pinger.ping(0, PEER6, 1, new byte[1400]);
        byte[] request = host.frames(0, link).getFirst();
        host.in(0, link, Packets.error(PEER6, HOST6, 2, 0, 1300, java.util.Arrays.copyOf(request, 1200)));
        assertThat(mtu(PEER6)).isEqualTo(1300);
        pinger.ping(0, PEER6, 2, new byte[1400]);
        assertThat(host.frames(0, link)).hasSize(2).allMatch(frame -> frame.length <= 1300);
    }

    @Test
    void theTableIsBounded() {
        for (int i = 0; i < 3000; i++) {
            host.stack.ip().acceptPathMtu(i, IpAddress.parse("10.0.0." + (2 + i % 250)), 1400 - i);
        }
        IpAddress last = IpAddress.parse("10.0.0.7");
        TestHost small =
                new TestHost("small", 1, IpConfig.defaults().withPathMtu(new IpConfig.PathMtu(552, Time.SECOND, 4)));
        small.raw(1500, "10.0.0.1/24");
        for (int i = 2; i <= 7; i++) {
            small.stack.ip().acceptPathMtu(0, IpAddress.parse("10.0.0." + i), 1400);
        }
        assertThat(small.stack.ip().pathMtus())
                .hasSize(4)
                .last()
                .extracting(PathMtuInfo::destination)
                .isEqualTo(last);
    }
}
