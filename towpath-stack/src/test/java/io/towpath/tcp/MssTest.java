package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Context;
import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.tcp.option.Negotiation;
import io.towpath.wire.IpAddress;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The maximum segment size: RFC 9293 §3.7.1.
class MssTest {
    private static TcpConfig plain() {
        return TcpConfig.defaults()
                .withTimestamps(false)
                .withSack(false)
                .withWindowScaling(false)
                .withNoDelay(true);
    }

    @ParameterizedTest
    @CsvSource({"1500, 1460", "576, 536", "1400, 1360", "9000, 8960", "65535, 65495", "100000, 65535"})
    @Rfc(value = 9293, section = "3.7.1", requirement = "MUST-14")
    @Rfc(value = 9293, section = "3.7.1", requirement = "MUST-67")
    @Rfc(value = 9293, section = "3.7.1", requirement = "SHLD-5")
    @Rfc(value = 9293, section = "3.7.1", requirement = "MAY-3")
    @Rfc(value = 9293, section = "3.7.3", requirement = "SHLD-6")
    void bothSynsAnnounceWhatTheMtuLets(int mtu, int mss) {
        var active = new Ladder(plain());
        active.network.mtu = mtu;
        active.connect();
        active.out("S 0:0(0) <mss " + mss + ">");
        active.in("S 0:0(0)");
        active.out("S. 0:0(0) ack 1 <mss " + mss + ">");
        var passive = new Ladder(plain());
        passive.network.mtu = mtu;
        passive.listen();
        passive.in("S 0:0(0)");
        passive.out("S. 0:0(0) ack 1 <mss " + mss + ">");
    }

    @Test
    void userMayAnnounceLess() {
        var t = new Ladder(plain().withMss(700));
        t.connect();
        t.out("S 0:0(0) <mss 700>");
        t.in("S. 0:0(0) ack 1 <mss 1460>");
        t.out(". 1:1(0) ack 1");
        assertThat(t.info().mss()).isEqualTo(700);
    }

    @ParameterizedTest
    @CsvSource({
        "1460, 1500, 1460", // the peer's
        "1000, 1500, 1000",
        "9000, 1500, 1460", // what IP lets through
        "1460, 576, 536",
        "48, 1500, 48",
        "1, 1500, 48", // less is an attack on the sender's work
        "0, 1500, 536", // no size at all
    })
    @Rfc(value = 9293, section = "3.7.1", requirement = "MUST-14")
    @Rfc(value = 9293, section = "3.7.1", requirement = "MUST-16")
    void segmentsAreNoLargerThanThePeerAndIpAllow(int announced, int mtu, int effective) {
        var t = new Ladder(plain());
        t.network.mtu = mtu;
        t.connect();
        t.ignore();
        t.in("S. 0:0(0) ack 1 win 65535 <mss " + announced + ">");
        t.ignore();
        t.write(3 * effective);
        t.out(". 1:" + (1 + effective) + "(" + effective + ") ack 1");
        assertThat(t.info().mss()).isEqualTo(effective);
    }

    @Test
    @Rfc(value = 9293, section = "3.7.1", requirement = "MUST-16")
    void optionsOfEverySegmentAreTakenOff() {
        var t = new Ladder(TcpConfig.defaults().withSack(false).withWindowScaling(false));
        t.connect();
        t.ignore();
        t.in("S. 0:0(0) ack 1 win 65535 <mss 1460,TS val 1 ecr *>");
        t.ignore();
        t.write(3000);
        t.out(". 1:1449(1448) ack 1");
        t.out(". 1449:2897(1448) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.7.1", requirement = "MUST-15")
    void withoutTheOptionThePeerTakes536OctetsOnIp4() {
        var passive = new Ladder(plain());
        passive.listen();
        passive.in("S 0:0(0)");
        passive.ignore();
        passive.in(". 1:1(0) ack 1");
        passive.accept();
        assertThat(passive.info().mss()).isEqualTo(536);
        var active = new Ladder(plain());
        active.connect();
        active.ignore();
        active.in("S. 0:0(0) ack 1");
        assertThat(active.info().mss()).isEqualTo(536);
        assertThat(Negotiation.none(true).peerMss).isEqualTo(536);
    }

    @Test
    @Rfc(value = 9293, section = "3.7.1", requirement = "MUST-15")
    @Rfc(value = 9293, section = "3.7.1", requirement = "MUST-67")
    void withoutTheOptionThePeerTakes1220OctetsOnIp6() {
        IpAddress host = IpAddress.parse("2001:db8::1");
        IpAddress peer = IpAddress.parse("2001:db8::2");
        var pool = new PacketPool();
        var tcp = new TcpLayer(Context.of(pool, Entropy.seeded(1)), new TestNetwork(host), plain());
        long now = Time.SECOND;
        var opened = (TcpConnection.Opened) tcp.connect(now, null, 80, peer, 4000, plain());
        TcpSegment syn = poll(tcp, now);
        assertThat(syn.options()).isEqualTo(List.of(new TcpOption.Mss(1440)));
        byte[] synAck = TcpSegment.of(4000, 80, TcpHeader.SYN | TcpHeader.ACK, 7, syn.sequence() + 1, 65_535)
                .emit(peer, host);
        Packet packet = pool.take(synAck.length);
        System.arraycopy(synAck, 0, packet.bytes, packet.at, synAck.length);
        packet.end = packet.at + synAck.length;
        packet.sourceHigh = peer.high();
        packet.sourceLow = peer.low();
        packet.destinationHigh = host.high();
        packet.destinationLow = host.low();
        tcp.input(now, packet);
        assertThat(opened.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(tcp.info(now, opened.connection()).mss()).isEqualTo(1220);
        assertThat(pool.outstanding()).isZero();
    }

    private static TcpSegment poll(TcpLayer tcp, long now) {
        var out = new TxBatch(8);
        tcp.poll(now, out);
        assertThat(out.size()).isEqualTo(1);
        TcpSegment segment = TcpSegment.parse(out.get(0).bytes, out.get(0).at, out.get(0).end);
        out.releaseAll();
        return segment;
    }

    @Test
    @Rfc(value = 9293, section = "3.7.1", requirement = "MUST-65")
    void theOptionAppearsOnSynsOnly() {
        Ladder t = Ladder.established();
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1 <>");
        t.in("P. 1:1001(1000) ack 1001");
        t.after(40);
        t.out(". 1001:1001(0) ack 1001 <>");
        t.close();
        t.out("F. 1001:1001(0) ack 1001 <>");
        t.abort();
        t.out("R. 1002:1002(0) ack 1001 <>");
    }

    @Test
    @Rfc(value = 9293, section = "3.7.1", requirement = "MUST-65")
    void theOptionOnOtherSegmentsChangesNothing() {
        Ladder t = Ladder.established();
        t.in(". 1:1(0) ack 1 <mss 200>");
        assertThat(t.info().mss()).isEqualTo(1000);
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1");
    }
}
