package io.towpath.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Route;
import io.towpath.stack.Interface;
import io.towpath.stack.TestHost;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Rfc(value = 6724, section = "5")
class SourceAddressTest {
    private final TestHost host = new TestHost("host", 1);

    private String source(String destination) {
        Route route = host.stack.ip().route(null, IpAddress.parse(destination));
        return route == null ? "none" : route.source().toString();
    }

    @ParameterizedTest
    @CsvSource({
        // Rule 2: appropriate scope.
        "2001:db8:1::1, fe80::1, 2001:db8:2::1",
        "fe80::1, 2001:db8:1::1, fe80::9",
        // Rule 6: matching label: a unique local source for a unique local destination, 6to4 for 6to4.
        "fd00:1::1, 2001:db8:1::1, fd00:2::1",
        "2001:db8:1::1, fd00:1::1, 2001:db8:9::1",
        "2002:c000:201::1, 2001:db8:1::1, 2002:c000:202::1",
        // Rule 8: longest matching prefix.
        "2001:db8:1::1, 2001:db8:3::1, 2001:db8:1::5",
        "2001:db8:3::1, 2001:db8:1::1, 2001:db8:3:1::5"
    })
    void theBetterOfTwoAddressesIsChosenWhateverTheirOrder(String better, String worse, String destination) {
        TestHost reversed = new TestHost("reversed", 1);
        Interface first = host.raw(1500, better + "/64", worse + "/64");
        Interface second = reversed.raw(1500, worse + "/64", better + "/64");
        host.stack.addRoute(Prefix.parse("::/0"), first, null, 0);
        reversed.stack.addRoute(Prefix.parse("::/0"), second, null, 0);
        assertThat(source(destination)).isEqualTo(IpAddress.parse(better).toString());
        assertThat(reversed.stack.ip().route(null, IpAddress.parse(destination)).source())
                .isEqualTo(IpAddress.parse(better));
    }

    @Test
    void ip4ChoosesTheAddressInTheNetworkOfTheDestination() {
        host.raw(1500, "10.0.0.1/24", "10.0.1.1/24");
        assertThat(source("10.0.1.9")).isEqualTo("10.0.1.1");
        assertThat(source("10.0.0.9")).isEqualTo("10.0.0.1");
    }

    @Test
    void theSourceBelongsToTheInterfaceThatPacketsLeaveBy() {
        host.raw(1500, "10.0.0.1/24");
        Interface second = host.raw(1500, "172.16.0.1/24");
        host.stack.addRoute(Prefix.parse("0.0.0.0/0"), second, null, 0);
        assertThat(source("192.0.2.1")).isEqualTo("172.16.0.1");
    }

    @Test
    void anInterfaceWithoutAnAddressBorrowsOne() {
        host.raw(1500, "10.0.0.1/24");
        Interface bare = host.raw(1500);
        host.stack.addRoute(Prefix.parse("192.0.2.0/24"), bare, null, 0);
        assertThat(source("192.0.2.1")).isEqualTo("10.0.0.1");
        host.stack.addRoute(Prefix.parse("::/0"), bare, null, 0);
        assertThat(source("2001:db8::1")).isEqualTo("none");
    }

    @Test
    void ownAddressesAreReachedFromThemselves() {
        host.raw(1500, "10.0.0.1/24", "fd00::1/64");
        assertThat(source("10.0.0.1")).isEqualTo("10.0.0.1");
        assertThat(source("fd00::1")).isEqualTo("fd00::1");
        assertThat(source("127.0.0.1")).isEqualTo("127.0.0.1");
        assertThat(host.stack
                        .ip()
                        .route(null, IpAddress.parse("10.0.0.1"))
                        .offloads()
                        .checksum())
                .isTrue();
        assertThat(host.stack.ip().route(null, IpAddress.parse("10.0.0.1")).mtu())
                .isEqualTo(65_535);
    }

    @Test
    @Rfc(value = 1122, section = "3.2.1.3")
    void whatHasNoWayHasNoRoute() {
        host.raw(1500, "10.0.0.1/24", "fd00::1/64");
        assertThat(source("192.0.2.1")).isEqualTo("none");
        assertThat(source("0.0.0.0")).isEqualTo("none");
        IpLayer ip = host.stack.ip();
        assertThat(ip.route(IpAddress.parse("127.0.0.1"), IpAddress.parse("10.0.0.2")))
                .isNull();
        assertThat(ip.route(IpAddress.parse("10.0.0.9"), IpAddress.parse("10.0.0.2")))
                .isNull();
        assertThat(ip.route(IpAddress.parse("fd00::1"), IpAddress.parse("10.0.0.2")))
                .isNull();
    }

    @Test
    void aLinkLocalDestinationIsReachedByTheInterfaceOfTheSource() {
        host.raw(1500, "fe80::1/64");
        Interface second = host.raw(1500, "fe80::2/64");
        Route route = host.stack.ip().route(IpAddress.parse("fe80::2"), IpAddress.parse("fe80::99"));
        assertThat(route.interfaceIndex()).isEqualTo(second.index());
    }

    @Test
    @Rfc(value = 8200, section = "5")
    void aLinkNarrowerThan1280CarriesNoIp6() {
        host.raw(1000, "10.0.0.1/24", "fd00::1/64");
        assertThat(source("10.0.0.2")).isEqualTo("10.0.0.1");
        assertThat(source("fd00::2")).isEqualTo("none");
    }

    @Test
    void aRouteGoesStaleWhenAnythingChanges() {
        Interface link = host.raw(1500, "10.0.0.1/24");
        Route route = host.stack.ip().route(null, IpAddress.parse("10.0.0.2"));
        assertThat(route.isStale()).isFalse();
        link.addAddress(Prefix.parse("10.0.0.3/24"));
        assertThat(route.isStale()).isTrue();
        Route second = host.stack.ip().route(null, IpAddress.parse("10.0.0.2"));
        assertThat(link.removeAddress(IpAddress.parse("10.0.0.1"))).isTrue();
        assertThat(second.isStale()).isTrue();
        assertThat(source("10.0.0.2")).as("the network has another address").isEqualTo("10.0.0.3");
        assertThat(link.removeAddress(IpAddress.parse("10.0.0.3"))).isTrue();
        assertThat(source("10.0.0.2")).isEqualTo("none");
        assertThat(link.removeAddress(IpAddress.parse("10.0.0.3"))).isFalse();
    }
}
