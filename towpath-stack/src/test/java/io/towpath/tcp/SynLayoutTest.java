package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.tcp.config.SynConfig;
import io.towpath.tcp.config.SynLayout;
import io.towpath.wire.TcpOption;
import io.towpath.wire.testing.Rfc;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The order of the options of a SYN, and their padding to whole words (RFC 9293 §3.1).
class SynLayoutTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        SACK_FIRST  | 7  | true  | true  | mss 1460,sackOK,TS val 1 ecr 2,nop,wscale 7
        SACK_FIRST  | 7  | true  | false | mss 1460,nop,nop,sackOK,nop,wscale 7
        SACK_FIRST  | 7  | false | true  | mss 1460,nop,nop,TS val 1 ecr 2,nop,wscale 7
        SACK_FIRST  | -1 | true  | true  | mss 1460,sackOK,TS val 1 ecr 2
        SACK_FIRST  | -1 | false | false | mss 1460
        SCALE_FIRST | 6  | true  | true  | mss 1460,nop,wscale 6,sackOK,TS val 1 ecr 2
        SCALE_FIRST | 6  | true  | false | mss 1460,nop,wscale 6,sackOK,eol
        SCALE_FIRST | 6  | false | true  | mss 1460,nop,wscale 6,nop,nop,TS val 1 ecr 2
        SCALE_FIRST | -1 | true  | true  | mss 1460,sackOK,TS val 1 ecr 2
        SCALE_FIRST | -1 | true  | false | mss 1460,sackOK,eol
        SCALE_FIRST | -1 | false | false | mss 1460
        """)
    @Rfc(value = 9293, section = "3.1")
    void optionsFillWholeWords(SynLayout layout, int scale, boolean sack, boolean stamps, String expected) {
        byte[] b = new byte[SynLayout.LENGTH_MAX + 1];
        int end = layout.write(b, 1, 1460, scale, sack, stamps, 1, 2);
        assertThat((end - 1) % 4).isZero();
        var options = TcpOption.parse(Arrays.copyOfRange(b, 1, end), 0, end - 1);
        assertThat(String.join(",", options.stream().map(TcpOption::toString).toList()))
                .isEqualTo(expected);
    }

    @Test
    @Rfc(value = 7323, section = "2.3", requirement = "7323-2.3-1")
    void aShiftOfFifteenIsRefused() {
        assertThatThrownBy(() -> SynConfig.defaults().withWindowScale(15)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Rfc(value = 7323, section = "2.2")
    void aFixedShiftIsAnnouncedAndUsed() {
        var config = Ladders.plain()
                .withWindowScaling(true)
                .withReceiveBuffer(20_000)
                .withSyn(SynConfig.defaults().withWindowScale(3));
        var t = new Ladder(config);
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,wscale 0>");
        t.out("S. 0:0(0) ack 1 win 20000 <mss 1460,nop,wscale 3>");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.in(". 1:1001(1000) ack 1");
        t.in(". 1001:2001(1000) ack 1");
        t.out(". 1:1(0) ack 2001 win 2250");
    }
}
