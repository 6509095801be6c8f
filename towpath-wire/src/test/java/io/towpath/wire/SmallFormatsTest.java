package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Ethernet, ARP, UDP, ICMP and ICMPv6 with neighbour discovery.
class SmallFormatsTest {
    private static final Ip4Address A = TcpTest.A;
    private static final Ip4Address B = TcpTest.B;
    private static final byte[] UDP = Octets.ofHex("9c400007000d0bb868656c6c6f").toArray();
    private static final byte[] ECHO =
            Octets.ofHex("08006667000100026162636465666768").toArray();
    private static final byte[] SOLICITATION = Octets.ofHex(
                    "87007a7300000000fe80000000000000000000000000000b010102000000000a")
            .toArray();
    private static final IpAddress NODE = IpAddress.parse("fe80::a");
    private static final IpAddress GROUP = IpAddress.parse("ff02::1:ff00:b");

    @Test
    void anEthernetFrameIsReadAndWritten() {
        byte[] b = Octets.ofHex("ffffffffffff 02000000000a 88b5 cafe").toArray();
        EthernetFrame frame = EthernetFrame.parse(b, 0, b.length);
        assertThat(frame.destination().isBroadcast()).isTrue();
        assertThat(EthernetHeader.isGroup(b, 0)).isTrue();
        assertThat(frame).hasToString("02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff ethertype 0x88b5 (2)");
        assertThat(Octets.of(frame.emit())).isEqualTo(Octets.of(b));
        for (int length = 0; length < EthernetHeader.LENGTH; length++) {
            assertThat(EthernetHeader.check(b, 0, length)).isEqualTo(Malformed.TRUNCATED);
        }
    }

    @Test
    @Rfc(value = 826, section = "")
    void anArpRequestIsReadAndWritten() {
        byte[] b = Octets.ofHex("0001 0800 06 04 0001 02000000000a 0a000001 000000000000 0a000002")
                .toArray();
        ArpPacket packet = ArpPacket.parse(b, 0, b.length);
        assertThat(packet).hasToString("arp who-has 10.0.0.2 tell 10.0.0.1");
        assertThat(Octets.of(packet.emit())).isEqualTo(Octets.of(b));
        for (int length = 0; length < b.length; length++) {
            assertThat(ArpHeader.check(b, 0, length)).isEqualTo(Malformed.TRUNCATED);
        }
        for (int field : new int[] {1, 3, 4, 5}) {
            byte[] other = b.clone();
            other[field]++;
            assertThat(ArpHeader.check(other, 0, other.length)).isEqualTo(Malformed.BAD_FIELD);
        }
        Bytes.put16(b, 6, ArpHeader.REPLY);
        assertThat(ArpPacket.parse(b, 0, b.length)).hasToString("arp 10.0.0.1 is-at 02:00:00:00:00:0a");
    }

    @Test
    @Rfc(value = 768, section = "")
    void aUdpDatagramIsReadAndWritten() {
        UdpDatagram datagram = UdpDatagram.parse(UDP, 0, UDP.length);
        assertThat(datagram.payload())
                .isEqualTo(Octets.of("hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertThat(Octets.of(datagram.emit(A, B))).isEqualTo(Octets.of(UDP));
        long pseudo = InternetChecksum.pseudo4(A.bits(), B.bits(), IpProtocol.UDP, UDP.length);
        assertThat(UdpHeader.checksumOk(UDP, 0, pseudo)).isTrue();
        assertThat(UdpHeader.checksumOk(UDP, 0, pseudo + 1)).isFalse();
        for (int length = 0; length < UDP.length; length++) {
            assertThat(UdpHeader.check(UDP, 0, length)).isEqualTo(Malformed.TRUNCATED);
        }
        byte[] shorter = UDP.clone();
        Bytes.put16(shorter, 4, 7);
        assertThat(UdpHeader.check(shorter, 0, shorter.length)).isEqualTo(Malformed.BAD_TOTAL_LENGTH);
    }

    @Test
    @Rfc(value = 768, section = "")
    void aUdpChecksumOfZeroGoesOutAsOnes() {
        // The data makes the sum 0xffff, whose complement is zero.
        byte[] b = new byte[10];
        UdpHeader.write(b, 0, 1, 2, 10);
        long pseudo = InternetChecksum.pseudo4(A.bits(), B.bits(), IpProtocol.UDP, 10);
        Bytes.put16(b, 8, InternetChecksum.finish(InternetChecksum.add(pseudo, b, 0, 10)));
        UdpHeader.writeChecksum(b, 0, pseudo);
        assertThat(UdpHeader.checksum(b, 0)).isEqualTo(0xffff);
        assertThat(UdpHeader.checksumOk(b, 0, pseudo)).isTrue();
    }

    @Test
    @Rfc(value = 792, section = "")
    void anEchoRequestIsReadAndWrittenAndAnswered() {
        IcmpMessage echo = IcmpMessage.parse(ECHO, 0, ECHO.length);
        assertThat(echo).hasToString("icmp echo request id 1 seq 2 (8)");
        assertThat(Octets.of(echo.emit())).isEqualTo(Octets.of(ECHO));
        assertThat(IcmpHeader.checksumOk(ECHO, 0, ECHO.length)).isTrue();
        byte[] reply = ECHO.clone();
        IcmpHeader.requestToReply(reply, 0);
        assertThat(IcmpHeader.checksumOk(reply, 0, reply.length)).isTrue();
        assertThat(IcmpMessage.parse(reply, 0, reply.length)).hasToString("icmp echo reply id 1 seq 2 (8)");
        for (int length = 0; length < IcmpHeader.LENGTH; length++) {
            assertThat(IcmpHeader.check(ECHO, 0, length)).isEqualTo(Malformed.TRUNCATED);
        }
    }

    @Test
    void anIcmpErrorTellsAboutItsPacketHoweverLittleOfItIsQuoted() {
        byte[] quoted = Ip4Packet.of(A, B, IpProtocol.TCP, TcpTest.SYN).emit();
        var whole = new IcmpMessage(3, 4, 1400, Octets.of(quoted, 0, 28));
        assertThat(whole)
                .hasToString("icmp fragmentation needed mtu 1400 for [10.0.0.1:40000 > 10.0.0.2:80 tcp seq 1000]");
        var less = new IcmpMessage(3, 3, 0, Octets.of(quoted, 0, 22));
        assertThat(less).hasToString("icmp port unreachable for [10.0.0.1 > 10.0.0.2 tcp]");
        var least = new IcmpMessage(11, 0, 0, Octets.of(quoted, 0, 19));
        assertThat(least).hasToString("icmp time exceeded in transit for [malformed ip4 TRUNCATED (19)]");
        assertThat(new IcmpMessage(5, 1, 0x0a000009, Octets.EMPTY))
                .hasToString("icmp redirect to 10.0.0.9 for [nothing]");
    }

    @Test
    void anIcmp6ErrorTellsAboutItsPacket() {
        var message = new Icmp6Message(2, 0, 1400, Octets.of(IpTest.FIN6, 0, 48));
        assertThat(message)
                .hasToString("icmp6 packet too big mtu 1400 for [[2001:db8::1]:80 > [2001:db8::2]:40000 tcp seq 5000]");
        byte[] b = message.emit(NODE, GROUP);
        assertThat(Icmp6Header.mtu(b, 0)).isEqualTo(1400);
        assertThat(Icmp6Message.parse(b, 0, b.length)).isEqualTo(message);
    }

    @Test
    @Rfc(value = 4861, section = "4.3")
    void aNeighbourSolicitationIsReadAndWritten() {
        byte[] b = SOLICITATION;
        assertThat(NdHeader.check(b, 0, b.length)).isEqualTo(Malformed.NONE);
        assertThat(NdHeader.targetLow(b, 0)).isEqualTo(11);
        var options = new NdOptions();
        options.parse(b, NdHeader.optionsAt(b, 0), b.length);
        assertThat(options.sourceLink).isEqualTo(0x0200_0000_000aL);
        assertThat(options.targetLink).isEqualTo(-1);
        long pseudo = InternetChecksum.pseudo(
                NODE.high(), NODE.low(), GROUP.high(), GROUP.low(), IpProtocol.ICMPV6, b.length);
        assertThat(Icmp6Header.checksumOk(b, 0, b.length, pseudo)).isTrue();
        NdMessage message = NdMessage.parse(b, 0, b.length);
        assertThat(message).hasToString("icmp6 neighbor solicitation who-has fe80::b <source 02:00:00:00:00:0a>");
        assertThat(Octets.of(message.emit(NODE, GROUP))).isEqualTo(Octets.of(b));
        assertThat(Icmp6Message.parse(b, 0, b.length)).hasToString(message.toString());
    }

    @Test
    void everyTruncationOfANeighbourMessageIsSeenButWhereAnOptionEnds() {
        for (int length = 0; length < SOLICITATION.length; length++) {
            Malformed expected = length == 24 ? Malformed.NONE : Malformed.TRUNCATED;
            assertThat(NdHeader.check(SOLICITATION, 0, length)).as("%d", length).isEqualTo(expected);
        }
    }

    @Test
    @Rfc(value = 4861, section = "4.6")
    void anOptionOfLengthZeroIsRefused() {
        byte[] b = SOLICITATION.clone();
        b[25] = 0;
        assertThat(NdHeader.check(b, 0, b.length)).isEqualTo(Malformed.BAD_OPTION);
        b[25] = 2;
        assertThat(NdHeader.check(b, 0, b.length)).isEqualTo(Malformed.TRUNCATED);
        b[25] = 1;
        b[24] = NdOptions.PREFIX;
        assertThat(NdHeader.check(b, 0, b.length)).isEqualTo(Malformed.BAD_OPTION);
        b = SOLICITATION.clone();
        b[1] = 1;
        assertThat(NdHeader.check(b, 0, b.length)).isEqualTo(Malformed.BAD_FIELD);
    }

    @Test
    @Rfc(value = 4861, section = "4.2")
    void aRouterAdvertisementIsReadInPlace() {
        var prefix = new NdOption.PrefixInformation(Prefix.parse("2001:db8::/64"), 0xc0, 7200, 3600);
        var message = new NdMessage.RouterAdvertisement(
                64, NdHeader.OTHER, 1800, 30_000, 1_000, List.of(new NdOption.Mtu(1480), prefix));
        byte[] b = message.emit(NODE, GROUP);
        assertThat(NdHeader.hopLimit(b, 0)).isEqualTo(64);
        assertThat(NdHeader.routerFlags(b, 0)).isEqualTo(NdHeader.OTHER);
        assertThat(NdHeader.routerLifetimeSeconds(b, 0)).isEqualTo(1800);
        assertThat(NdHeader.reachableMillis(b, 0)).isEqualTo(30_000);
        assertThat(NdHeader.retransMillis(b, 0)).isEqualTo(1_000);
        var options = new NdOptions();
        options.parse(b, NdHeader.optionsAt(b, 0), b.length);
        assertThat(options.mtu).isEqualTo(1480);
        assertThat(options.prefixCount).isEqualTo(1);
        int at = options.prefixAt[0];
        assertThat(NdOptions.prefixLength(b, at)).isEqualTo(64);
        assertThat(NdOptions.prefixFlags(b, at)).isEqualTo(NdOptions.ON_LINK | NdOptions.AUTONOMOUS);
        assertThat(NdOptions.validSeconds(b, at)).isEqualTo(7200);
        assertThat(NdOptions.preferredSeconds(b, at)).isEqualTo(3600);
        assertThat(NdOptions.prefixHigh(b, at)).isEqualTo(0x2001_0db8_0000_0000L);
        assertThat(message)
                .hasToString("icmp6 router advertisement lifetime 1800s "
                        + "<mtu 1480,prefix 2001:db8::/64 on-link autonomous valid 7200s>");
    }

    @Test
    void moreThanEightPrefixesAreNotKept() {
        byte[] b = new byte[32 * 10];
        for (int at = 0; at < b.length; at += 32) {
            NdOptions.writePrefix(b, at, 64, 0, 1, 1, at, 0);
        }
        var options = new NdOptions();
        assertThat(NdOptions.check(b, 0, b.length)).isEqualTo(Malformed.NONE);
        options.parse(b, 0, b.length);
        assertThat(options.prefixCount).isEqualTo(NdOptions.PREFIXES_MAX);
        assertThat(options.prefixAt[7]).isEqualTo(7 * 32);
    }

    @Test
    void generatedMessagesComeBackWhole() {
        var generated = new Generated(4861);
        for (int i = 0; i < 2_000; i++) {
            NdMessage nd = generated.nd();
            byte[] b = nd.emit(NODE, GROUP);
            assertThat(NdMessage.parse(b, 0, b.length)).isEqualTo(nd);
            Icmp6Message icmp6 = generated.icmp6();
            b = icmp6.emit(NODE, GROUP);
            assertThat(Icmp6Message.parse(b, 0, b.length)).isEqualTo(icmp6);
            IcmpMessage icmp = generated.icmp();
            b = icmp.emit();
            assertThat(IcmpMessage.parse(b, 0, b.length)).isEqualTo(icmp);
            UdpDatagram udp = generated.udp();
            b = udp.emit(A, B);
            assertThat(UdpDatagram.parse(b, 0, b.length)).isEqualTo(udp);
            ArpPacket arp = generated.arp();
            b = arp.emit();
            assertThat(ArpPacket.parse(b, 0, b.length)).isEqualTo(arp);
            EthernetFrame frame = generated.frame();
            b = frame.emit();
            assertThat(EthernetFrame.parse(b, 0, b.length)).isEqualTo(frame);
        }
    }
}
