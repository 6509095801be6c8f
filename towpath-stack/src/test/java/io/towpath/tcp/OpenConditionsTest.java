package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.tcp.config.OpenConditions;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SecurityLabel;
import io.towpath.wire.SecurityLabel.Level;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// Precedence and security of an open (RFC 9293 §3.9.1.1, §3.10.7, §A.1), and the quiet time of a host that has
/// just started (§3.4.3).
class OpenConditionsTest {
    private static final SecurityLabel SECRET = SecurityLabel.basic(Level.SECRET, 0x80);
    private static final SecurityLabel PUBLIC = SecurityLabel.basic(Level.UNCLASSIFIED, 0x80);

    private static Ladder host(OpenConditions conditions) {
        return new Ladder(TcpConfig.defaults()
                .withTimestamps(false)
                .withSack(false)
                .withWindowScaling(false)
                .withConditions(conditions));
    }

    private static Ladder secret() {
        return host(OpenConditions.none().withSecurity(SECRET));
    }

    private static Ladder secretListener() {
        Ladder t = secret();
        t.listen();
        t.label = SECRET;
        return t;
    }

    @Test
    @Rfc(value = 9293, section = "A.1.1")
    @Rfc(value = 2873, section = "4")
    void precedenceIsIgnoredUnlessTheOpenAsksForOne() {
        Ladder t = new Ladder();
        t.listen();
        t.trafficClass = 0;
        t.in("S 0:0(0) win 1000");
        t.out("S. 0:0(0) ack 1");
        t.trafficClass = 0xe0;
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        t.trafficClass = 0x20;
        t.in("P. 1:11(10) ack 1");
        t.read(10);
    }

    @Test
    void aPassiveOpenThatAsksForPrecedenceRefusesAPeerOfLess() {
        Ladder t = host(OpenConditions.none().withLeastPrecedence(3));
        t.listen();
        t.trafficClass = 0x5c; // class 2
        t.in("S 0:0(0) win 1000");
        t.out("R. 0:0(0) ack 1");
        assertThat(t.dropped(Drop.TCP_SECURITY)).isOne();
        t.trafficClass = 0x60; // class 3
        t.in("S 0:0(0) win 1000");
        t.out("S. 0:0(0) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.9", requirement = "SHLD-22")
    void precedenceOfWhatIsSentIsTheDsFieldOfTheOpen() {
        Ladder t = new Ladder(TcpConfig.defaults().withTrafficClass(0x60));
        t.connect();
        t.ignore();
        assertThat(t.network.trafficClass >>> 5).isEqualTo(3);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.2")
    void aListenerWithALabelRefusesASynWithoutItOrWithAnother() {
        Ladder t = secret();
        t.listen();
        t.in("S 0:0(0) win 1000");
        t.out("R. 0:0(0) ack 1");
        t.label = PUBLIC;
        t.in("S 0:0(0) win 1000");
        t.out("R. 0:0(0) ack 1");
        t.label = SecurityLabel.basic(Level.SECRET, 0x40); // another authority
        t.in("S 0:0(0) win 1000");
        t.out("R. 0:0(0) ack 1");
        assertThat(t.dropped(Drop.TCP_SECURITY)).isEqualTo(3);
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.2")
    void withTheRightLabelTheConnectionOpensAndAllItSendsIsLabelled() {
        Ladder t = secretListener();
        t.in("S 0:0(0) win 1000");
        t.out("S. 0:0(0) ack 1");
        assertThat(t.network.label).isEqualTo(SECRET);
        t.network.label = null;
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        t.write(10);
        t.out("P. 1:11(10) ack 1");
        assertThat(t.network.label).isEqualTo(SECRET);
        t.network.label = null;
        t.abort();
        t.ignore();
        assertThat(t.network.label).as("of the reset").isEqualTo(SECRET);
    }

    @Test
    @Rfc(value = 9293, section = "A.1.2")
    void aHostThatLabelsNothingIgnoresLabels() {
        Ladder t = new Ladder();
        t.listen();
        t.label = SECRET;
        t.in("S 0:0(0) win 1000");
        t.out("S. 0:0(0) ack 1");
        assertThat(t.network.label).isNull();
        t.label = null;
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void anotherLabelInSynReceivedIsAnsweredWithAReset() {
        Ladder t = secretListener();
        t.in("S 0:0(0) win 1000");
        t.out("S. 0:0(0) ack 1");
        t.label = PUBLIC;
        t.in(". 1:1(0) ack 1 win 1000");
        t.out("R 1:1(0)");
        t.label = SECRET;
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.3")
    void anotherLabelInSynSentIsAnsweredWithAResetAndTheOpenGoesOn() {
        Ladder t = secret();
        t.connect();
        t.out("S 0:0(0)");
        t.label = PUBLIC;
        t.in("S. 0:0(0) ack 1 win 1000");
        t.out("R 1:1(0)");
        t.in("S 0:0(0) win 1000");
        var reset = t.next();
        assertThat(reset.flags()).isEqualTo(TcpHeader.RST | TcpHeader.ACK);
        assertThat(reset.sequence()).isZero();
        assertThat(reset.acknowledgment())
                .isEqualTo(t.segment("S 0:0(0) win 1000").sequence() + 1);
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        t.label = SECRET;
        t.in("S. 0:0(0) ack 1 win 1000");
        t.out(". 1:1(0) ack 1");
    }

    @Test
    void anotherLabelOnAnOpenConnectionIsDroppedAndTheConnectionGoesOn() {
        Ladder t = secretListener();
        t.in("S 0:0(0) win 1000");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        t.label = PUBLIC;
        t.in("P. 1:11(10) ack 1");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_SECURITY)).isOne();
        t.label = SECRET;
        t.in("P. 1:11(10) ack 1");
        t.read(10);
    }

    @Test
    @Rfc(value = 9293, section = "3.7.1")
    void aLabelTakesItsShareOfTheSegment() {
        Ladder t = secretListener();
        t.in("S 0:0(0) win 65535 <mss 1460>");
        t.out("S. 0:0(0) ack 1 <mss 1460>");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.write(3000);
        t.out(". 1:1457(1456) ack 1"); // "Eff.snd.MSS = min(SendMSS+20, MMS_S) - TCPhdrsize - IPoptionsize"
    }

    @Test
    @Rfc(value = 9293, section = "3.10.1")
    void anOpenThatAsksForALabelOnIp6Fails() {
        Ladder t = secret();
        var result = t.tcp.connect(t.now, null, 0, IpAddress.parse("fd00::2"), 80, t.config);
        assertThat(result).isEqualTo(new TcpConnection.Failed(TcpError.PROHIBITED));
    }

    @Test
    void precedencesHaveThreeBits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OpenConditions.none().withLeastPrecedence(8));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OpenConditions.none().withQuietTimeNanos(-1));
    }

    @Test
    @Rfc(value = 9293, section = "3.4.3")
    void aHostThatKeepsQuietSendsItsSynAfterTheQuietTime() {
        Ladder t = host(OpenConditions.none().withQuietTimeNanos(120 * Time.SECOND));
        t.after(0);
        t.tcp.tick(t.now);
        t.after(50_000);
        t.connect();
        t.nothing();
        t.after(69_999);
        t.nothing();
        t.after(1);
        t.out("S 0:0(0)");
        assertThat(t.info().backoffs()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.4.3")
    void aSynThatComesInTheQuietTimeIsNotHeard() {
        Ladder t = host(OpenConditions.none().withQuietTimeNanos(120 * Time.SECOND));
        t.listen();
        t.in("S 0:0(0) win 1000");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_QUIET_TIME)).isOne();
        t.after(120_000);
        t.in("S 0:0(0) win 1000");
        t.out("S. 0:0(0) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.4.3")
    void unlessToldSoAHostStartsAtOnce() {
        Ladder t = new Ladder();
        t.connect();
        t.out("S 0:0(0)");
    }
}
