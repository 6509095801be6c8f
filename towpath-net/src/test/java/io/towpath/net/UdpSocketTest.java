package io.towpath.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UdpSocketTest {
    private HostPair pair;

    @BeforeEach
    void start() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24 fd00::1/64", "10.0.0.2/24 fd00::2/64");
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    @Test
    void aDatagramArrivesWithItsSender() throws IOException {
        UdpSocket a = pair.a().udp(4000);
        UdpSocket b = pair.b().udp(5000);
        a.send("hello".getBytes(UTF_8), Endpoint.parse("10.0.0.2:5000"));
        Datagram datagram = b.receive();
        assertThat(datagram.data()).isEqualTo("hello".getBytes(UTF_8));
        assertThat(datagram.from()).isEqualTo(Endpoint.parse("10.0.0.1:4000"));
    }

    @Test
    void aDatagramLargerThanTheMtuArrivesWholeOverBothVersions() throws IOException {
        UdpSocket a = pair.a().udp(0);
        UdpSocket b = pair.b().udp(5000);
        byte[] data = new byte[40_000];
        new Random(4).nextBytes(data);
        for (String to : new String[] {"10.0.0.2:5000", "[fd00::2]:5000"}) {
            a.send(data, Endpoint.parse(to));
            assertThat(b.receive().data()).isEqualTo(data);
        }
    }

    @Test
    void anEmptyDatagramIsADatagram() throws IOException {
        UdpSocket a = pair.a().udp(0);
        UdpSocket b = pair.b().udp(5000);
        a.send(new byte[0], Endpoint.parse("10.0.0.2:5000"));
        assertThat(b.receive().data()).isEmpty();
    }

    @Test
    void aConnectedSocketHearsThatNobodyListens() throws IOException {
        UdpSocket a = pair.a().udp(0);
        a.connect(Endpoint.parse("10.0.0.2:5000"));
        a.send(new byte[1]);
        assertThatThrownBy(a::receive).isInstanceOf(PortUnreachableException.class);
    }

    @Test
    void aConnectedSocketHearsItsPeerOnly() throws IOException {
        UdpSocket a = pair.a().udp(4000);
        UdpSocket b = pair.b().udp(5000);
        UdpSocket other = pair.b().udp(6000);
        a.connect(Endpoint.parse("10.0.0.2:5000"));
        other.send(new byte[] {1}, Endpoint.parse("10.0.0.1:4000"));
        b.send(new byte[] {2}, Endpoint.parse("10.0.0.1:4000"));
        assertThat(a.receive().data()).containsExactly(2);
    }

    @Test
    void aReceiveTimesOut() throws IOException {
        UdpSocket a = pair.a().udp(0);
        a.setReceiveTimeout(Duration.ofMillis(30));
        assertThatThrownBy(a::receive)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Receive timed out");
    }

    @Test
    void aPortIsBoundOnce() throws IOException {
        pair.a().udp(53);
        assertThatThrownBy(() -> pair.a().udp(53))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
    }

    @Test
    void noRouteIsSaidAtOnce() throws IOException {
        UdpSocket a = pair.a().udp(0);
        assertThatThrownBy(() -> a.send(new byte[1], Endpoint.parse("192.0.2.1:1")))
                .isInstanceOf(NoRouteToHostException.class);
    }

    @Test
    void whatIsTooLongIsRefused() throws IOException {
        UdpSocket a = pair.a().udp(0);
        assertThatThrownBy(() -> a.send(new byte[65_508], Endpoint.parse("10.0.0.2:1")))
                .isInstanceOf(SocketException.class)
                .hasMessage("Message too long");
    }

    @Test
    void manyDatagramsOfOneThreadAllLeave() throws IOException {
        UdpSocket a = pair.a().udp(0);
        UdpSocket b = pair.b().udp(5000);
        for (int i = 0; i < 5_000; i++) {
            a.send(new byte[] {(byte) i}, Endpoint.parse("10.0.0.2:5000"));
            assertThat(b.receive().data()).containsExactly((byte) i);
        }
    }

    @Test
    void pingTellsTheRoundTripTime() throws IOException {
        for (String address : new String[] {"10.0.0.2", "fd00::2"}) {
            Duration rtt = pair.a().ping(IpAddress.parse(address), Duration.ofSeconds(5));
            assertThat(rtt).isBetween(Duration.ofNanos(1), Duration.ofSeconds(5));
        }
    }

    @Test
    void pingTimesOut() {
        assertThatThrownBy(() -> pair.a().ping(IpAddress.parse("10.0.0.9"), Duration.ofMillis(30)))
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void pingSaysThatThereIsNoRoute() {
        assertThatThrownBy(() -> pair.a().ping(IpAddress.parse("192.0.2.9"), Duration.ofSeconds(5)))
                .isInstanceOf(NoRouteToHostException.class);
    }
}
