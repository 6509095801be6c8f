package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PacketTextTest {
    private static String ip(Ip4Packet packet) {
        byte[] b = packet.emit();
        return PacketText.ofIp(b, 0, b.length);
    }

    @Test
    void aSegmentHasItsAddressesInFront() {
        assertThat(ip(Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.TCP, TcpTest.SYN)))
                .isEqualTo("10.0.0.1:40000 > 10.0.0.2:80 S 1000:1000(0) win 65535 "
                        + "<mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 8>");
    }

    @Test
    void numbersMayBeRelative() {
        byte[] b =
                Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.TCP, TcpTest.SYN).emit();
        assertThat(PacketText.ofIp(b, 0, b.length, 1000, 0)).contains("S 0:0(0)");
    }

    @Test
    void aWrongChecksumIsToldButNotOneLeftToTheLink() {
        byte[] segment = TcpTest.SYN.clone();
        Bytes.put16(segment, 16, 0x1234);
        assertThat(ip(Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.TCP, segment)))
                .endsWith(" bad-checksum");
        long pseudo = InternetChecksum.pseudo4(TcpTest.A.bits(), TcpTest.B.bits(), IpProtocol.TCP, segment.length);
        Bytes.put16(segment, 16, InternetChecksum.fold(pseudo));
        assertThat(ip(Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.TCP, segment)))
                .doesNotContain("checksum");
    }

    @Test
    void aUdpDatagramWithoutChecksumIsFineOnIpv4Only() {
        byte[] datagram = new byte[10];
        UdpHeader.write(datagram, 0, 1, 2, 10);
        assertThat(ip(Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.UDP, datagram)))
                .isEqualTo("10.0.0.1:1 > 10.0.0.2:2 udp (2)");
        Ip6Packet packet = Ip6Packet.of(Ip6Address.LOOPBACK, Ip6Address.LOOPBACK, IpProtocol.UDP, datagram);
        assertThat(packet).hasToString("[::1]:1 > [::1]:2 udp (2) bad-checksum");
    }

    @Test
    void congestionMarksAndOptionsStandBeforeTheSegment() {
        var packet =
                new Ip4Packet(3, 0, 0, 64, 99, TcpTest.A, TcpTest.B, Octets.ofHex("94040000"), Octets.of(new byte[5]));
        assertThat(packet).hasToString("10.0.0.1 > 10.0.0.2 [ce] {ra} proto-99 (5)");
    }

    @Test
    void fragmentsTellTheirPlace() {
        var first = new Ip4Packet(
                0, 77, Ip4Header.MORE_FRAGMENTS, 64, 17, TcpTest.A, TcpTest.B, Octets.EMPTY, Octets.of(new byte[16]));
        assertThat(first).hasToString("10.0.0.1 > 10.0.0.2 udp fragment id 77 0:16+");
        byte[] b = new byte[12];
        Ip6Extensions.writeFragment(b, 0, 6, 16, false, -1);
        Ip6Packet last = Ip6Packet.of(Ip6Address.LOOPBACK, Ip6Address.LOOPBACK, IpProtocol.FRAGMENT, b);
        assertThat(last).hasToString("::1 > ::1 tcp fragment id 4294967295 16:20");
    }

    @Test
    void whatCannotBeReadIsCalledByItsFault() {
        assertThat(PacketText.ofIp(new byte[0], 0, 0)).isEqualTo("malformed ip TRUNCATED (0)");
        assertThat(PacketText.ofIp(new byte[30], 0, 30)).isEqualTo("malformed ip BAD_VERSION (30)");
        assertThat(PacketText.ofEthernet(new byte[3], 0, 3)).isEqualTo("malformed ethernet TRUNCATED (3)");
        assertThat(ip(Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.TCP, new byte[19])))
                .isEqualTo("10.0.0.1 > 10.0.0.2 malformed tcp TRUNCATED (19)");
        Ip6Packet packet = Ip6Packet.of(Ip6Address.LOOPBACK, Ip6Address.LOOPBACK, 60, new byte[3]);
        assertThat(packet).hasToString("::1 > ::1 malformed ip6 extensions TRUNCATED (43)");
    }

    @Test
    void aFrameIsToldByItsType() {
        var arp = new ArpPacket(1, new MacAddress(1), TcpTest.A, new MacAddress(0), TcpTest.B);
        var frame = new EthernetFrame(MacAddress.BROADCAST, new MacAddress(1), EtherType.ARP, Octets.of(arp.emit()));
        byte[] b = frame.emit();
        assertThat(PacketText.ofEthernet(b, 0, b.length)).isEqualTo("arp who-has 10.0.0.2 tell 10.0.0.1");
    }
}
