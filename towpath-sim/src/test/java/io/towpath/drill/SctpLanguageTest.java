package io.towpath.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A script of SCTP")
class SctpLanguageTest {
    private static final String LISTEN = """
        0 socket(..., SOCK_STREAM, IPPROTO_SCTP) = 3
        +0 bind(3, ..., ...) = 0
        +0 listen(3, 1) = 0
        """;

    private static final String ESTABLISH = LISTEN + """
        +0 < sctp: INIT[flgs=0, tag=17, a_rwnd=9000, os=5, is=3, tsn=100]
        +0 > sctp: INIT_ACK[flgs=0, tag=2, a_rwnd=..., os=3, is=..., tsn=1, ...]
        +0 < sctp: COOKIE_ECHO[flgs=0, len=..., val=...]
        +0 > sctp: COOKIE_ACK[flgs=0]
        +0 accept(3, ..., ...) = 4
        """;

    private static DrillResult run(String text) {
        return DrillScript.of("script", text).run(DrillProfile.STANDARD);
    }

    @ParameterizedTest
    @DisplayName("that holds something not understood is skipped, and says what")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        +0 < sctp: CONNECT[flgs=0]                              | 'CONNECT' before '[flgs=0]'
        +0 < sctp: SHUTDOWN[flgs=0, tsn=0]                      | the field tsn of SHUTDOWN
        +0 < sctp: SHUTDOWN[flgs=0]                             | SHUTDOWN without its field cum_tsn
        +0 < sctp: SHUTDOWN_ACK[flgs=Q]                         | the flags Q of SHUTDOWN_ACK
        +0 < sctp: SHUTDOWN[flgs=0, cum_tsn=...]                | a packet to be sent to the host with a wildcard: cum_tsn of SHUTDOWN
        +0 < sctp: ERROR[flgs=0, ...]                           | a packet to be sent to the host with a wildcard: ... of ERROR
        +0 > sctp: SACK[flgs=0, cum_tsn=1, a_rwnd=..., gaps=[...], dups=[]] | '...' in a list
        +0 > sctp: CHUNK[type=..., flgs=0, len=4, val=[]]       | CHUNK of any type
        +0 > sctp(bad_crc32c): SHUTDOWN_ACK[flgs=0]             | octets or a wrong checksum expected from the host
        +0 < sctp(sport=1): SHUTDOWN_ACK[flgs=0]                | field 'sport' of an SCTP header
        +0 < sctp: INIT[flgs=0, tag=1, a_rwnd=1500, os=1, is=1, tsn=1, COLOUR[]] | 'COLOUR' before '[]]'
        +0 setsockopt(3, IPPROTO_SCTP, SCTP_COLOUR, [1], 4) = 0 | setsockopt: the option SCTP_COLOUR
        +0 getsockopt(3, IPPROTO_SCTP, SCTP_RTOINFO, {srto_colour=1}, [16]) = 0 | getsockopt: the field srto_colour of sctp_rtoinfo
        +0 sctp_sendmsg(3, ..., 9, ..., ..., 0, SCTP_SENDALL, 0, 0, 0) = 9 | sctp_sendmsg: SCTP_SENDALL
        +0 sctp_sendmsg(3, ..., 9, ..., ..., 0, SCTP_COLOUR, 0, 0, 0) = 9 | sctp_sendmsg: the name SCTP_COLOUR
        +0 `sysctl -w net.inet.sctp.colour=1`                   | setting net.inet.sctp.colour=1
        """)
    void isSkipped(String line, String reason) {
        assertThat(run(LISTEN + line + "\n")).isEqualTo(new DrillResult.Skipped("script", 4, reason));
    }

    @Test
    @DisplayName("may list the parameters of INIT ACK in any order, but all of them")
    void parametersHaveNoOrder() {
        String init = LISTEN + "+0 < sctp: INIT[flgs=0, tag=17, a_rwnd=9000, os=5, is=3, tsn=100]\n";
        String ack = "+0 > sctp: INIT_ACK[flgs=0, tag=2, a_rwnd=..., os=..., is=..., tsn=1, ";
        String extensions = "SUPPORTED_EXTENSIONS[types=[RECONFIG, FORWARD_TSN]]";

        assertThat(run(init + ack + "STATE_COOKIE[len=..., val=...], " + extensions + ", FORWARD_TSN_SUPPORTED[]]"))
                .isInstanceOf(DrillResult.Passed.class);
        assertThat(run(init + ack + "STATE_COOKIE[len=..., val=...], " + extensions + "]"))
                .isInstanceOf(DrillResult.Failed.class);
        assertThat(run(init + ack + extensions + ", ...]")).isInstanceOf(DrillResult.Passed.class);
        assertThat(run(init + ack + "ECN_CAPABLE[], ...]")).isInstanceOf(DrillResult.Failed.class);
    }

    @Test
    @DisplayName("says nothing of verification tags, and they are looked at all the same")
    void tagsAreChecked() {
        String packet = "+0 < sctp: HEARTBEAT[flgs=0, HEARTBEAT_INFORMATION[len=8, val=...]]\n";
        String answer = ": HEARTBEAT_ACK[flgs=0, HEARTBEAT_INFORMATION[len=8, val=...]]\n";

        assertThat(run(ESTABLISH + packet + "+0 > sctp" + answer)).isInstanceOf(DrillResult.Passed.class);
        assertThat(run(ESTABLISH + packet + "+0 > sctp(tag=17)" + answer)).isInstanceOf(DrillResult.Passed.class);
        assertThat(run(ESTABLISH + packet + "+0 > sctp(tag=2)" + answer)).isInstanceOf(DrillResult.Failed.class);
    }

    @Test
    @DisplayName("counts the host's TSNs from what it calls the first one")
    void tsnsAreNames() {
        String established = ESTABLISH.replace("tsn=1, ...", "tsn=4294967295, ...");
        String writes = "+0 write(4, ..., 10) = 10\n+0 write(4, ..., 10) = 10\n";

        assertThat(run(established + writes + """
            +0 > sctp: DATA[flgs=BE, len=26, tsn=4294967295, sid=0, ssn=0, ppid=0]
            +0 < sctp: SACK[flgs=0, cum_tsn=4294967295, a_rwnd=9000, gaps=[], dups=[]]
            +0 > sctp: DATA[flgs=BE, len=26, tsn=0, sid=0, ssn=1, ppid=0]
            """)).isInstanceOf(DrillResult.Passed.class);
    }

    @Test
    @DisplayName("that expects a packet of SCTP fails when another one comes")
    void otherProtocolsFail() {
        String text = """
            0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0 bind(3, ..., ...) = 0
            +0 listen(3, 1) = 0
            +0 < S 0:0(0) win 8000 <mss 1000>
            +0 > sctp: COOKIE_ACK[flgs=0]
            """;

        assertThat(run(text)).isInstanceOf(DrillResult.Failed.class);
    }
}
