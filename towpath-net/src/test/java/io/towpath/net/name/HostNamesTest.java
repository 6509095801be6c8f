package io.towpath.net.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostNamesTest {
    private static final LookupPolicy ANY = LookupPolicy.of(LookupPolicy.IPV4 | LookupPolicy.IPV6);

    private final Object host = new Object();
    private final HostNames names = new HostNames();
    private final List<Prefix> both = List.of(Prefix.parse("fd00::2/64"), Prefix.parse("10.0.0.2/24"));

    @AfterEach
    void forget() {
        HostNames.OF_THIS_JVM.remove(host);
    }

    private List<String> found(int policy) {
        return names.addresses("server.towpath.test", LookupPolicy.of(policy))
                .map(InetAddress::getHostAddress)
                .toList();
    }

    @Test
    void theJdkResolvesTheNameOfAnInstalledHostBothWays() throws UnknownHostException {
        HostNames.OF_THIS_JVM.add(host, "theJdk", () -> List.of(Prefix.parse("10.123.45.67/24")));
        InetAddress found = InetAddress.getByName("thejdk.towpath.test");
        assertThat(found).hasToString("thejdk.towpath.test/10.123.45.67");
        assertThat(InetAddress.getByAddress(found.getAddress()).getHostName()).isEqualTo("thejdk.towpath.test");
    }

    @Test
    void aNameThatNobodyHasIsUnknown() {
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> InetAddress.getByName("nobody.towpath.test"));
    }

    @Test
    void otherNamesAreTheJdksMatter() throws UnknownHostException {
        assertThat(InetAddress.getByName("localhost").isLoopbackAddress()).isTrue();
    }

    @Test
    void addressesAreChosenAndOrderedAsTheJdkWishes() {
        names.add(host, "Server", () -> both);
        assertThat(found(LookupPolicy.IPV4)).containsExactly("10.0.0.2");
        assertThat(found(LookupPolicy.IPV6)).containsExactly("fd00:0:0:0:0:0:0:2");
        assertThat(found(LookupPolicy.IPV4 | LookupPolicy.IPV6 | LookupPolicy.IPV4_FIRST))
                .containsExactly("10.0.0.2", "fd00:0:0:0:0:0:0:2");
        assertThat(found(LookupPolicy.IPV4 | LookupPolicy.IPV6 | LookupPolicy.IPV6_FIRST))
                .containsExactly("fd00:0:0:0:0:0:0:2", "10.0.0.2");
        assertThat(found(LookupPolicy.IPV4 | LookupPolicy.IPV6)).containsExactly("fd00:0:0:0:0:0:0:2", "10.0.0.2");
    }

    @Test
    void caseAndTheFinalDotDoNotMatter() {
        names.add(host, "Server", () -> both);
        assertThat(names.addresses("SERVER.towpath.TEST.", ANY)).hasSize(2);
    }

    @Test
    void aHostThatIsGoneHasNoName() {
        names.add(host, "server", () -> both);
        assertThat(names.name(IpAddress.parse("10.0.0.2"))).isEqualTo("server.towpath.test");
        names.remove(host);
        assertThat(names.addresses("server.towpath.test", ANY)).isNull();
        assertThat(names.name(IpAddress.parse("10.0.0.2"))).isNull();
    }
}
