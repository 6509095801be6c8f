package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelSideTest {
    @ParameterizedTest
    @CsvSource({
        "10.77.0.2/24, 10.77.0.1/24",
        "10.77.0.1/24, 10.77.0.2/24",
        "10.77.0.9/30, 10.77.0.10/30",
        "10.77.0.0/31, 10.77.0.1/31",
        "fd77::2/64, fd77::1/64",
        "fd77::1/64, fd77::2/64"
    })
    void theKernelGetsTheFirstFreeAddressOfTheNetwork(String own, String kernel) {
        assertThat(KernelSide.addresses(List.of(Prefix.parse(own)), List.of())).containsExactly(Prefix.parse(kernel));
    }

    @Test
    void aNamedPeerGoesToTheNetworkItIsIn() {
        var own = List.of(Prefix.parse("10.77.0.2/24"), Prefix.parse("fd77::2/64"));
        var peers = List.of(IpAddress.parse("fd77::99"), IpAddress.parse("10.77.0.99"));

        assertThat(KernelSide.addresses(own, peers))
                .containsExactly(Prefix.parse("10.77.0.99/24"), Prefix.parse("fd77::99/64"));
    }

    @Test
    void aSecondAddressOfANetworkNeedsNoSecondPeer() {
        var own = List.of(Prefix.parse("10.77.0.1/24"), Prefix.parse("10.77.0.2/24"));

        assertThat(KernelSide.addresses(own, List.of())).containsExactly(Prefix.parse("10.77.0.3/24"));
    }

    @Test
    void mistakesAreToldInOneLine() {
        assertThatThrownBy(() -> KernelSide.addresses(List.of(Prefix.parse("10.0.0.1/32")), List.of()))
                .hasMessage("--address 10.0.0.1/32 is a network of one address: expected a shorter prefix, to leave"
                        + " one for the kernel");
        assertThatThrownBy(() -> KernelSide.addresses(
                        List.of(Prefix.parse("10.0.0.1/24")), List.of(IpAddress.parse("10.9.0.1"))))
                .hasMessage("--peer 10.9.0.1 is in none of the networks of --address");
        assertThatThrownBy(() -> KernelSide.addresses(
                        List.of(Prefix.parse("10.0.0.1/24")), List.of(IpAddress.parse("10.0.0.1"))))
                .hasMessage("--peer expects another address than the host's own, not 10.0.0.1");
    }
}
