package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryPairTest {
    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource(delimiter = '|', textBlock = """
        10.0.0.1    | 10.0.0.2/24            | "10.0.0.1" is not an address with a prefix length such as 10.0.0.1/24
        10.0.0.1/24 | ten/24                 | not an IP address: "ten" (expected four numbers like 10.0.0.1, or an IPv6 address)
        10.0.0.1/24 | 10.0.0.1/24            | 10.0.0.1 is given twice
        10.0.0.1/24 | 10.0.0.2/24 10.0.0.2/8 | 10.0.0.2 is given twice
        10.0.0.1/24 | fd00::2/64             | [10.0.0.1/24] and [fd00::2/64] have no network in common
        10.0.0.1/24 | 10.0.1.2/24            | [10.0.0.1/24] and [10.0.1.2/24] have no network in common
        10.0.0.1/16 | 10.0.1.2/24            | [10.0.0.1/16] and [10.0.1.2/24] have no network in common
        10.0.0.0/24 | 10.0.0.2/24            | 10.0.0.0/24 is not the address of one host
        10.0.0.1/24 | 10.0.0.255/24          | 10.0.0.255/24 is not the address of one host
        ff02::1/64  | fd00::2/64             | ff02::1/64 is not the address of one host
        """)
    @DisplayName("Addresses with which two hosts could never talk are refused in one line")
    void isRefused(String a, String b, String line) {
        assertThatThrownBy(() -> Towpath.memoryPair(a, b))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(line);
    }

    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource({
        "10.0.0.1/24, 10.0.0.2/24",
        "10.0.0.0/31, 10.0.0.1/31",
        "fd00::1/64, fd00::2/64",
        "10.0.0.1/24 fd00::1/64, 10.9.0.2/24 fd00::2/64"
    })
    @DisplayName("One network in common is enough")
    void isAccepted(String a, String b) throws IOException {
        try (HostPair hosts = Towpath.memoryPair(a, b)) {
            assertThat(hosts.b().addresses()).hasSize(b.split(" ").length);
        }
    }
}
