package io.towpath.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A script")
class DrillScriptTest {
    private static final String LISTEN = """
        0  socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
        +0 bind(3, ..., ...) = 0
        +0 listen(3, 1) = 0
        +0 < S 0:0(0) win 8000 <mss 1000>
        """;

    private static DrillResult run(String text) {
        return DrillScript.of("script", text).run(DrillProfile.STANDARD);
    }

    @ParameterizedTest
    @DisplayName("that holds something not understood is skipped, and says what")
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
        --colour=blue                           | option --colour
        0 frobnicate(3) = 0                     | system call frobnicate
        0 `reboot`                              | command 'reboot'
        0 `sysctl -w net.ipv4.tcp_ecn=9`        | setting net.ipv4.tcp_ecn=9
        0 > S 0:0(0) <quantum 7>                | TCP option 'quantum'
        0 > S 0:5(4)                            | 0:5 does not have 4 octets
        0 < S 0:0(0) <mss 1460>                 | a segment to be sent to the host without its window
        0 < S ...(0) win 5                      | a segment to be sent to the host with a wildcard
        * < S 0:0(0) win 5                      | only packets that the host sends may come at any time or in a range
        0 > dccp                                | a packet of the protocol 'dccp'
        0 > (colour 3) S 0:0(0)                 | IP field 'colour'
        0 %{ exec(5) }%                        | the statement 'exec(5)'
        0 %{ assert tcpi_colour == 5 }%         | tcpi_colour of a socket that is not connected
        0 %{ assert COLOUR == 5 }%              | the name COLOUR
        0 socket(..., SOCK_RAW, IPPROTO_RAW) = 3| socket: a socket of type [SOCK_RAW]
        """)
    void isSkipped(String text, String reason) {
        assertThat(run(text)).isEqualTo(new DrillResult.Skipped("script", 1, reason));
    }

    @Test
    @DisplayName("that fails tells the line and both packets in one notation")
    void tellsTheLineAndBothPackets() {
        DrillResult result = run(LISTEN + "+0 > S. 0:0(0) ack 1 <mss 1400>\n");
        assertThat(result)
                .isEqualTo(new DrillResult.Failed(
                        "script", 5, "options", "S. 0:0(0) ack 1 <mss 1400>", "S. 0:0(0) ack 1 win 65535 <mss 1460>"));
    }

    @Test
    @DisplayName("may wait for a packet that comes at any time")
    void waitsForAPacketThatComesAtAnyTime() {
        assertThat(run(LISTEN + "+0 > S. 0:0(0) ack 1 <...>\n* > S. 0:0(0) ack 1 <...>\n+2 > S. 0:0(0) ack 1 <...>\n"))
                .isInstanceOf(DrillResult.Passed.class);
    }

    @Test
    @DisplayName("fails when a packet never comes")
    void failsWhenAPacketNeverComes() {
        assertThat(run(LISTEN + "+0 > S. 0:0(0) ack 1 <...>\n+.5 > S. 0:0(0) ack 1 <...>\n"))
                .isInstanceOfSatisfying(
                        DrillResult.Failed.class,
                        failed -> assertThat(failed.what()).isEqualTo("no packet came"));
    }

    @Test
    @DisplayName("fails when a call that should return at once blocks")
    void failsWhenACallBlocks() {
        assertThat(run(LISTEN + "+0 accept(3, ..., ...) = 4\n"))
                .isInstanceOfSatisfying(
                        DrillResult.Failed.class,
                        failed -> assertThat(failed.what()).isEqualTo("the call blocks"));
    }

    @Test
    @DisplayName("fails when a call that blocks returns too late")
    void failsWhenACallReturnsTooLate() {
        assertThat(run(LISTEN + "+0 > S. 0:0(0) ack 1 <...>\n+0...0.1 accept(3, ..., ...) = 4\n"
                        + "+.3 < . 1:1(0) ack 1 win 8000\n"))
                .isInstanceOfSatisfying(
                        DrillResult.Failed.class,
                        failed -> assertThat(failed.what()).isEqualTo("the call should have returned"));
    }

    @Test
    @DisplayName("that configures Linux or FreeBSD gets that system's sizes")
    void getsTheSizesOfItsSystem() {
        String shift = "+0 > S. 0:0(0) ack 1 <mss 1460,nop,wscale 8>\n";
        String listen = LISTEN.replace("<mss 1000>", "<mss 1000,nop,wscale 2>");
        assertThat(run("`../common/defaults.sh`\n" + listen + shift)).isInstanceOf(DrillResult.Passed.class);
        assertThat(run(listen + shift)).isInstanceOf(DrillResult.Failed.class);
    }

    @Test
    @DisplayName("may hold parts for other systems, which do not count")
    void mayHoldPartsForOtherSystems() {
        assertThat(run("#ifdef FreeBSD\nnonsense\n#endif\n#ifdef STANDARD\n" + LISTEN + "#endif\n"))
                .isInstanceOf(DrillResult.Passed.class);
    }

    @Test
    @DisplayName("tells its steps, if asked")
    void tellsItsSteps() {
        var steps = new ArrayList<String>();
        DrillScript.of("script", LISTEN + "+.25 close(3) = 0 // done\n").run(DrillProfile.STANDARD, steps::add);
        assertThat(steps).hasSize(5).last().isEqualTo("    0.250000  line 5    close(3) = 0");
    }
}
