package io.towpath.net.service;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.net.HostPair;
import io.towpath.net.TcpStream;
import io.towpath.net.Towpath;
import io.towpath.net.UdpSocket;
import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServicesTest {
    private static final String B = "10.0.0.2";

    @TempDir
    Path directory;

    private HostPair pair;

    @BeforeEach
    void start() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24", B + "/24");
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    private void serve(Service... services) throws IOException {
        Services.start(pair.b(), List.of(services));
    }

    private UdpSocket client(int port) throws IOException {
        UdpSocket socket = pair.a().udp(port);
        socket.setReceiveTimeout(Duration.ofSeconds(10));
        return socket;
    }

    @Test
    void aListIsReadWithIanasPortsOrOthers() {
        List<Service> services = Services.parse("echo, discard:9009,daytime,chargen,time,http=" + directory + ":8080");
        assertThat(services)
                .extracting(Service::name)
                .containsExactly("echo", "discard", "daytime", "chargen", "time", "http");
        assertThat(services).extracting(Service::port).containsExactly(7, 9009, 13, 19, 37, 8080);
        assertThat(Services.parse("http=" + directory))
                .extracting(Service::port)
                .containsExactly(80);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "telnet        | unknown service \"telnet\"",
                "echo,,time    | an empty name in the list of services \"echo,,time\"",
                "echo:0        | service \"echo:0\": \"0\" is not a port from 1 to 65535",
                "echo:x        | service \"echo:x\": \"x\" is not a port from 1 to 65535",
                "echo,time:7   | two services on port 7 in \"echo,time:7\"",
                "http          | service \"http\" names no directory",
                "http=/no/such | service \"http=/no/such\": no such directory: \"/no/such\"",
                "http=         | service \"http=\": no such directory: \"\"",
                "ftp=/         | unknown service \"ftp=/\""
            })
    void aWrongListIsRefusedInOneLine(String list, String message) {
        assertThatThrownBy(() -> Services.parse(list))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aTakenPortIsSaidAndNothingStaysOpen() throws IOException {
        pair.b().listen(9);
        assertThatThrownBy(() -> serve(new Echo(7), new Discard(9)))
                .isInstanceOf(IOException.class)
                .hasMessage("discard (tcp/9 udp/9): Address already in use");
        assertThat(pair.b().listen(7).port()).isEqualTo(7);
    }

    @Test
    void echoSendsBack() throws IOException {
        serve(new Echo(7));
        try (TcpStream stream = pair.a().connect(B, 7)) {
            stream.write("abc".getBytes(US_ASCII));
            stream.shutdownOutput();
            assertThat(stream.input().readAllBytes()).isEqualTo("abc".getBytes(US_ASCII));
        }
        UdpSocket udp = client(5000);
        udp.send("def".getBytes(US_ASCII), Endpoint.parse(B + ":7"));
        assertThat(udp.receive().data()).isEqualTo("def".getBytes(US_ASCII));
    }

    @Test
    void noDatagramGoesBackToAPortThatWouldAnswerIt() throws IOException {
        serve(new Echo(7));
        UdpSocket udp = client(19);
        udp.send(new byte[1], Endpoint.parse(B + ":7"));
        udp.setReceiveTimeout(Duration.ofMillis(50));
        assertThatThrownBy(udp::receive).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void discardSaysNothing() throws IOException {
        serve(new Discard(9));
        try (TcpStream stream = pair.a().connect(B, 9)) {
            stream.write(new byte[1_000_000]);
            stream.shutdownOutput();
            assertThat(stream.input().readAllBytes()).isEmpty();
        }
    }

    @Test
    void daytimeIsALineForPeople() throws IOException {
        serve(new Daytime(13, InstantSource.fixed(Instant.parse("1982-02-22T17:37:43Z"))));
        byte[] line = "Monday, February 22, 1982 17:37:43-UTC\r\n".getBytes(US_ASCII);
        try (TcpStream stream = pair.a().connect(B, 13)) {
            assertThat(stream.input().readAllBytes()).isEqualTo(line);
        }
        UdpSocket udp = client(5000);
        udp.send(new byte[0], Endpoint.parse(B + ":13"));
        assertThat(udp.receive().data()).isEqualTo(line);
    }

    @Test
    void timeIsSecondsSince1900() throws IOException {
        // RFC 868: "2,629,584,000 corresponds to 00:00 1 May 1983 GMT"
        serve(new TimeOfDay(37, InstantSource.fixed(Instant.parse("1983-05-01T00:00:00Z"))));
        try (TcpStream stream = pair.a().connect(B, 37)) {
            byte[] four = stream.input().readAllBytes();
            assertThat(Integer.toUnsignedLong(java.nio.ByteBuffer.wrap(four).getInt()))
                    .isEqualTo(2_629_584_000L);
        }
    }

    @Test
    void chargenTurnsThePrintingCharacters() throws IOException {
        serve(new Chargen(19));
        try (TcpStream stream = pair.a().connect(B, 19)) {
            String text = new String(stream.input().readNBytes(74 * 96), US_ASCII);
            String[] lines = text.split("\r\n");
            // RFC 864 shows these lines.
            assertThat(lines[0])
                    .isEqualTo(" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg");
            assertThat(lines[1]).startsWith("!\"#$").endsWith("efgh");
            assertThat(lines[94]).startsWith("~ !\"#").hasSize(72);
            assertThat(lines[95]).isEqualTo(lines[0]);
        }
    }

    @Test
    void closedServicesStopTalking() throws IOException {
        Serving serving = Services.start(pair.b(), List.of(new Chargen(19)));
        try (TcpStream stream = pair.a().connect(B, 19)) {
            assertThat(stream.read(new byte[10])).isPositive();
            serving.close();
            stream.input().transferTo(java.io.OutputStream.nullOutputStream());
        }
        assertThatThrownBy(() -> pair.a().connect(B, 19)).hasMessage("Connection refused");
    }
}
