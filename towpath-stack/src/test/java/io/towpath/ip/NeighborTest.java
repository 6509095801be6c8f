package io.towpath.ip;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.Pinger;
import io.towpath.stack.TestHost;
import io.towpath.stack.TestWire;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.wire.ArpHeader;
import io.towpath.wire.ArpPacket;
import io.towpath.wire.EtherType;
import io.towpath.wire.EthernetFrame;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Address;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.MacAddress;
import io.towpath.wire.NdHeader;
import io.towpath.wire.NdOptions;
import io.towpath.wire.Octets;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeighborTest {
    private static final MacAddress OWN = MacAddress.parse("02:00:00:00:00:01");
    private static final MacAddress PEER = MacAddress.parse("02:00:00:00:00:02");
    private static final MacAddress OTHER = MacAddress.parse("02:00:00:00:00:03");
    private static final IpAddress PEER6 = IpAddress.parse("fd00::2");
    private static final IpAddress OWN6 = IpAddress.parse("fd00::1");

    private final TestHost host = new TestHost("host", 1);
    private final Interface link = host.ethernet(OWN.toString(), "10.0.0.1/24", "fd00::1/64");

    @AfterEach
    void noPacketIsLost() {
        assertThat(host.pool.outstanding()).isEqualTo(host.stack.ip().packetsHeld());
    }

    private void arp(long now, int operation, MacAddress mac, String sender, MacAddress targetMac, String target) {
        byte[] arp = new ArpPacket(operation, mac, ip4(sender), targetMac, ip4(target)).emit();
        MacAddress to = operation == ArpHeader.REQUEST ? MacAddress.BROADCAST : OWN;
        host.in(now, link, new EthernetFrame(to, mac, EtherType.ARP, Octets.of(arp)).emit());
    }

    private static Ip4Address ip4(String text) {
        return (Ip4Address) IpAddress.parse(text);
    }

    private NeighborInfo neighbor() {
        assertThat(host.stack.ip().neighbors()).hasSize(1);
        return host.stack.ip().neighbors().getFirst();
    }

    private void ping(long now, String to) {
        Pinger pinger = host.stack.openPinger();
        pinger.ping(now, IpAddress.parse(to), 1, new byte[4]);
        pinger.close();
    }

    private byte[] frame6(MacAddress to, IpAddress from, IpAddress dst, int hopLimit, byte[] message) {
        long pseudo = InternetChecksum.pseudo(
                from.high(), from.low(), dst.high(), dst.low(), IpProtocol.ICMPV6, message.length);
        Icmp6Header.writeChecksum(message, 0, message.length, pseudo);
        byte[] packet = Packets.ip(from, dst, hopLimit, IpProtocol.ICMPV6, message);
        return new EthernetFrame(to, PEER, EtherType.IPV6, Octets.of(packet)).emit();
    }

    private static byte[] advertisement(int flags, MacAddress mac) {
        byte[] message = new byte[32];
        NdHeader.writeAdvertisement(message, 0, flags, PEER6.high(), PEER6.low());
        NdOptions.writeLink(message, 24, NdOptions.TARGET_LINK, mac.bits());
        return message;
    }

    private static byte[] solicitation(IpAddress target, boolean withLink) {
        byte[] message = new byte[withLink ? 32 : 24];
        NdHeader.writeSolicitation(message, 0, target.high(), target.low());
        if (withLink) {
            NdOptions.writeLink(message, 24, NdOptions.SOURCE_LINK, PEER.bits());
        }
        return message;
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00::2"})
    @Rfc(value = 826, section = "Packet Generation")
    @Rfc(value = 4861, section = "7.2.2")
    void twoHostsFindEachOtherAndNoPacketIsLost(String destination) {
        TestHost peer = new TestHost("peer", 2);
        TestWire wire =
                new TestWire().join(host, link).join(peer, peer.ethernet(PEER.toString(), "10.0.0.2/24", "fd00::2/64"));
        Pinger pinger = host.stack.openPinger();
        pinger.ping(0, IpAddress.parse(destination), 1, new byte[4]);
        pinger.ping(0, IpAddress.parse(destination), 2, new byte[4]);
        wire.settle(0);
        assertThat(pinger.next()).isInstanceOf(Pinger.Reply.class);
        assertThat(pinger.next()).isInstanceOf(Pinger.Reply.class);
        // Question, answer, and two pings there and back: the asked one learnt from the question.
        assertThat(wire.frames).hasSize(6);
        assertThat(host.stack.ip().neighbors())
                .containsExactly(new NeighborInfo(1, IpAddress.parse(destination), PEER, NeighborState.REACHABLE));
    }

    @Test
    void aQuestionIsRepeatedThreeTimesAndThenThePacketIsGivenUp() {
        UdpEndpoint socket = ((UdpEndpoint.Bound) host.stack.udp().bind(0, null, 7, UdpConfig.defaults())).endpoint();
        host.stack.udp().connect(0, socket, IpAddress.parse("10.0.0.2"), 9);
        host.stack.udp().send(0, socket, new byte[4], 0, 4);
        int questions = 0;
        for (long now = 0; now <= 3 * Time.SECOND; now += Time.SECOND) {
            host.tick(now);
            questions += host.out(now, link).size();
        }
        assertThat(questions).isEqualTo(NeighborTable.MAX_MULTICAST_SOLICIT);
        assertThat(host.drops(Drop.NEIGHBOR_UNREACHABLE)).isOne();
        assertThat(socket.takeError()).isEqualTo(UdpError.HOST_UNREACHABLE);
        assertThat(host.stack.ip().neighbors()).isEmpty();
        assertThat(host.stack.deadline()).isEqualTo(Time.NEVER);
    }

    @Test
    @Rfc(value = 4861, section = "7.2.2")
    void theQueueOfANeighborIsBoundedAndTheOldestGoes() {
        for (int i = 0; i < 20; i++) {
            ping(0, "10.0.0.2");
        }
        assertThat(host.drops(Drop.NEIGHBOR_QUEUE_FULL)).isEqualTo(4);
        assertThat(host.out(0, link)).as("one question").hasSize(1);
        arp(1, ArpHeader.REPLY, PEER, "10.0.0.2", OWN, "10.0.0.1");
        assertThat(host.out(1, link)).hasSize(16);
    }

    @Test
    @Rfc(value = 826, section = "Packet Reception")
    void aQuestionForOurAddressIsAnsweredAndTeachesTheAsker() {
        arp(0, ArpHeader.REQUEST, PEER, "10.0.0.2", new MacAddress(0), "10.0.0.1");
        byte[] answer = host.frames(0, link).getFirst();
        assertThat(EthernetFrame.parse(answer, 0, answer.length).destination()).isEqualTo(PEER);
        assertThat(ArpPacket.parse(answer, 14, answer.length))
                .isEqualTo(new ArpPacket(ArpHeader.REPLY, OWN, ip4("10.0.0.1"), PEER, ip4("10.0.0.2")));
        assertThat(neighbor()).isEqualTo(new NeighborInfo(1, ip4("10.0.0.2"), PEER, NeighborState.STALE));
    }

    @Test
    @Rfc(value = 826, section = "Packet Reception")
    void aQuestionForAnotherTeachesOnlyWhatIsKnownAlready() {
        arp(0, ArpHeader.REQUEST, PEER, "10.0.0.2", new MacAddress(0), "10.0.0.9");
        assertThat(host.stack.ip().neighbors()).isEmpty();
        arp(0, ArpHeader.REQUEST, PEER, "10.0.0.2", new MacAddress(0), "10.0.0.1");
        host.frames(0, link);
        // Gratuitous: the neighbour moved to another card.
        arp(0, ArpHeader.REQUEST, OTHER, "10.0.0.2", new MacAddress(0), "10.0.0.2");
        assertThat(neighbor().mac()).isEqualTo(OTHER);
        assertThat(host.frames(0, link)).isEmpty();
    }

    @Test
    @Rfc(value = 5227, section = "2.1.1")
    void anAddressProbeIsAnsweredAndTeachesNothing() {
        arp(0, ArpHeader.REQUEST, PEER, "0.0.0.0", new MacAddress(0), "10.0.0.1");
        assertThat(host.frames(0, link)).hasSize(1);
        assertThat(host.stack.ip().neighbors()).isEmpty();
    }

    @Test
    void arpThatClaimsOurOwnAddressOrAGroupIsDropped() {
        arp(0, ArpHeader.REQUEST, PEER, "10.0.0.1", new MacAddress(0), "10.0.0.1");
        arp(0, ArpHeader.REQUEST, MacAddress.parse("03:00:00:00:00:01"), "10.0.0.2", new MacAddress(0), "10.0.0.1");
        arp(0, ArpHeader.REQUEST, PEER, "224.0.0.1", new MacAddress(0), "10.0.0.1");
        arp(0, ArpHeader.REVERSE_REQUEST, PEER, "10.0.0.2", new MacAddress(0), "10.0.0.1");
        assertThat(host.drops(Drop.BAD_ARP)).isEqualTo(4);
        assertThat(host.stack.ip().neighbors()).isEmpty();
    }

    @Test
    @Rfc(value = 4861, section = "7.3.3")
    void aStaleNeighborIsUsedAtOnceAndAskedAfterADelay() {
        arp(0, ArpHeader.REQUEST, PEER, "10.0.0.2", new MacAddress(0), "10.0.0.1");
        host.frames(0, link);
        ping(0, "10.0.0.2");
        assertThat(host.out(0, link)).hasSize(1);
        assertThat(neighbor().state()).isEqualTo(NeighborState.DELAY);
        host.tick(5 * Time.SECOND);
        assertThat(neighbor().state()).isEqualTo(NeighborState.PROBE);
        byte[] question = host.frames(5 * Time.SECOND, link).getFirst();
        assertThat(EthernetFrame.parse(question, 0, question.length).destination())
                .isEqualTo(PEER);
        arp(6 * Time.SECOND, ArpHeader.REPLY, PEER, "10.0.0.2", OWN, "10.0.0.1");
        assertThat(neighbor().state()).isEqualTo(NeighborState.REACHABLE);
    }

    @Test
    @Rfc(value = 4861, section = "7.3.3")
    void aNeighborThatNoLongerAnswersIsForgotten() {
        arp(0, ArpHeader.REQUEST, PEER, "10.0.0.2", new MacAddress(0), "10.0.0.1");
        ping(0, "10.0.0.2");
        for (long now = 0; now <= 8 * Time.SECOND; now += Time.SECOND) {
            host.tick(now);
        }
        assertThat(host.stack.ip().neighbors()).isEmpty();
        assertThat(host.out(8 * Time.SECOND, link))
                .as("answer, ping, three questions")
                .hasSize(5);
    }

    @Test
    @Rfc(value = 4861, section = "7.3.1")
    void progressOfAnUpperLayerKeepsANeighborReachable() {
        ping(0, "10.0.0.2");
        arp(0, ArpHeader.REPLY, PEER, "10.0.0.2", OWN, "10.0.0.1");
        UdpEndpoint socket = ((UdpEndpoint.Bound) host.stack.udp().bind(0, null, 7, UdpConfig.defaults())).endpoint();
        var route = host.stack.ip().route(null, IpAddress.parse("10.0.0.2"));
        var batch = new io.towpath.core.TxBatch(4);
        for (long now = 0; now < 300 * Time.SECOND; now += 20 * Time.SECOND) {
            host.stack.ip().confirmReachable(now, route);
            var packet = host.pool.take(8);
            packet.end = packet.at + 8;
            host.stack.ip().output(now, packet, route, IpProtocol.UDP, -1, -1, true, batch);
            batch.releaseAll();
            assertThat(neighbor().state()).isEqualTo(NeighborState.REACHABLE);
        }
        host.stack.ip().suspectUnreachable(300 * Time.SECOND, route);
        assertThat(neighbor().state()).isEqualTo(NeighborState.STALE);
        host.frames(0, link);
        assertThat(socket.isClosed()).isFalse();
    }

    @Test
    @Rfc(value = 4861, section = "7.2.4")
    void aSolicitationForOurAddressIsAnswered() {
        host.in(0, link, frame6(OWN, PEER6, OWN6, 255, solicitation(OWN6, true)));
        assertThat(host.out(0, link)).singleElement().asString().contains("fd00::1 > fd00::2");
        assertThat(neighbor().state()).isEqualTo(NeighborState.STALE);
    }

    @Test
    @Rfc(value = 4861, section = "7.2.4")
    void aDuplicateAddressProbeIsAnsweredToAllNodes() {
        IpAddress group = IpAddress.parse("ff02::1:ff00:1");
        MacAddress mac = MacAddress.ofMulticast(group);
        host.in(0, link, frame6(mac, IpAddress.parse("::"), group, 255, solicitation(OWN6, false)));
        assertThat(host.out(0, link)).singleElement().asString().contains("fd00::1 > ff02::1 ");
        assertThat(host.stack.ip().neighbors()).isEmpty();
    }

    @Test
    @Rfc(value = 6980, section = "5")
    void solicitationsInFragmentsAreIgnored() {
        byte[] message = solicitation(OWN6, true);
        long pseudo = InternetChecksum.pseudo(
                PEER6.high(), PEER6.low(), OWN6.high(), OWN6.low(), IpProtocol.ICMPV6, message.length);
        Icmp6Header.writeChecksum(message, 0, message.length, pseudo);
        host.in(0, link, piece(message, 0, 32)); // one that is whole has the header all the same
        host.in(0, link, piece(message, 0, 24));
        host.in(0, link, piece(message, 24, 32));
        assertThat(host.drops(Drop.BAD_NEIGHBOR_DISCOVERY)).isEqualTo(2);
        assertThat(host.frames(0, link)).isEmpty();
        assertThat(host.stack.ip().neighbors()).isEmpty();
    }

    private static byte[] piece(byte[] message, int from, int to) {
        byte[] payload = new byte[Ip6Extensions.FRAGMENT_LENGTH + to - from];
        Ip6Extensions.writeFragment(payload, 0, IpProtocol.ICMPV6, from, to < message.length, 7);
        System.arraycopy(message, from, payload, Ip6Extensions.FRAGMENT_LENGTH, to - from);
        byte[] packet = Packets.ip(PEER6, OWN6, 255, IpProtocol.FRAGMENT, payload);
        return new EthernetFrame(OWN, PEER, EtherType.IPV6, Octets.of(packet)).emit();
    }

    @Test
    @Rfc(value = 4861, section = "7.1.1")
    void solicitationsThatFailTheChecksAreDropped() {
        host.in(0, link, frame6(OWN, PEER6, OWN6, 254, solicitation(OWN6, true)));
        host.in(0, link, frame6(OWN, PEER6, OWN6, 255, Packets.with(solicitation(OWN6, true), 1, 1)));
        host.in(0, link, frame6(OWN, PEER6, OWN6, 255, Packets.with(solicitation(OWN6, true), 25, 0)));
        host.in(0, link, frame6(OWN, PEER6, OWN6, 255, solicitation(IpAddress.parse("ff02::1"), true)));
        host.in(0, link, frame6(OWN, IpAddress.parse("::"), OWN6, 255, solicitation(OWN6, true)));
        assertThat(host.drops(Drop.BAD_NEIGHBOR_DISCOVERY)).isEqualTo(5);
        assertThat(host.frames(0, link)).isEmpty();
        assertThat(host.stack.ip().neighbors()).isEmpty();
    }

    @Test
    @Rfc(value = 4861, section = "7.2.5")
    void anAdvertisementForAnUnknownNeighborTeachesNothing() {
        host.in(0, link, frame6(OWN, PEER6, OWN6, 255, advertisement(NdHeader.SOLICITED, PEER)));
        assertThat(host.stack.ip().neighbors()).isEmpty();
    }

    @Test
    @Rfc(value = 4861, section = "7.2.5")
    void withoutOverrideAnotherLinkAddressOnlyMakesTheNeighborStale() {
        ping(0, "fd00::2");
        host.in(0, link, frame6(OWN, PEER6, OWN6, 255, advertisement(NdHeader.SOLICITED, PEER)));
        assertThat(neighbor().state()).isEqualTo(NeighborState.REACHABLE);
        host.in(0, link, frame6(OWN, PEER6, OWN6, 255, advertisement(0, OTHER)));
        assertThat(neighbor()).isEqualTo(new NeighborInfo(1, PEER6, PEER, NeighborState.STALE));
        host.in(0, link, frame6(OWN, PEER6, OWN6, 255, advertisement(NdHeader.OVERRIDE, OTHER)));
        assertThat(neighbor()).isEqualTo(new NeighborInfo(1, PEER6, OTHER, NeighborState.STALE));
        host.frames(0, link);
    }

    @Test
    @Rfc(value = 4861, section = "7.1.2")
    void aSolicitedAdvertisementToAGroupIsDropped() {
        IpAddress all = IpAddress.parse("ff02::1");
        byte[] message = advertisement(NdHeader.SOLICITED, PEER);
        host.in(0, link, frame6(MacAddress.ofMulticast(all), PEER6, all, 255, message));
        assertThat(host.drops(Drop.BAD_NEIGHBOR_DISCOVERY)).isOne();
    }

    @Test
    @Rfc(value = 4861, section = "6.1.2")
    void routerMessagesAreCheckedAndIgnored() {
        byte[] router = new byte[16];
        NdHeader.writeRouterAdvertisement(router, 0, 64, 0, 1800, 0, 0);
        host.in(0, link, frame6(OWN, PEER6, OWN6, 255, router));
        assertThat(host.drops(Drop.ICMP_UNWANTED)).isOne();
        host.in(0, link, frame6(OWN, PEER6, OWN6, 64, router));
        assertThat(host.drops(Drop.BAD_NEIGHBOR_DISCOVERY)).isOne();
    }

    @Test
    void framesForOthersAndOfOtherTypesAreDropped() {
        byte[] packet = Packets.echo(ip4("10.0.0.2"), ip4("10.0.0.1"), 1);
        host.in(0, link, new EthernetFrame(OTHER, PEER, EtherType.IPV4, Octets.of(packet)).emit());
        assertThat(host.drops(Drop.OTHER_LINK_ADDRESS)).isOne();
        host.in(0, link, new EthernetFrame(OWN, PEER, 0x1234, Octets.of(packet)).emit());
        assertThat(host.drops(Drop.UNKNOWN_ETHERTYPE)).isOne();
        host.in(0, link, new byte[13]);
        assertThat(host.drops(Drop.TRUNCATED)).isOne();
    }

    @Test
    @Rfc(value = 1122, section = "3.3.6")
    void aLinkLayerBroadcastWithAUnicastDestinationIsDiscarded() {
        byte[] packet = Packets.echo(ip4("10.0.0.2"), ip4("10.0.0.1"), 1);
        host.in(0, link, new EthernetFrame(MacAddress.BROADCAST, PEER, EtherType.IPV4, Octets.of(packet)).emit());
        assertThat(host.drops(Drop.MARTIAN_DESTINATION)).isOne();
    }

    @Test
    void broadcastAndMulticastNeedNoNeighbor() {
        UdpEndpoint socket = ((UdpEndpoint.Bound)
                        host.stack.udp().bind(0, null, 7, UdpConfig.defaults().withBroadcast(true)))
                .endpoint();
        for (String to : List.of("255.255.255.255", "10.0.0.255", "224.0.0.9", "ff02::5")) {
            assertThat(host.stack.udp().send(0, socket, IpAddress.parse(to), 9, new byte[1], 0, 1))
                    .isNull();
        }
        List<byte[]> frames = host.frames(0, link);
        assertThat(frames)
                .extracting(frame -> EthernetFrame.parse(frame, 0, frame.length)
                        .destination()
                        .toString())
                .containsExactly("ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:09", "33:33:00:00:00:05");
        assertThat(frames.get(2)[14 + 8]).as("RFC 1112: TTL 1").isEqualTo((byte) 1);
    }

    @Test
    void theTableIsBoundedAndLosesNoPacket() {
        TestHost small = new TestHost("small", 1, IpConfig.defaults().withNeighbors(new IpConfig.Neighbors(3, 2)));
        Interface at = small.ethernet(OWN.toString(), "10.0.0.1/24");
        Pinger pinger = small.stack.openPinger();
        for (int i = 2; i < 12; i++) {
            pinger.ping(0, IpAddress.parse("10.0.0." + i), 1, new byte[4]);
        }
        assertThat(small.stack.ip().neighbors()).hasSize(3);
        assertThat(small.drops(Drop.NEIGHBOR_QUEUE_FULL)).isEqualTo(7);
        small.frames(0, at);
        assertThat(small.pool.outstanding()).isEqualTo(3);
        at.setUp(0, false);
        assertThat(small.stack.ip().neighbors()).isEmpty();
        assertThat(small.pool.outstanding()).isZero();
    }

    @Test
    void packetsForAGatewayAskForTheGateway() {
        host.stack.addRoute(io.towpath.wire.Prefix.parse("0.0.0.0/0"), link, IpAddress.parse("10.0.0.254"), 0);
        ping(0, "192.0.2.1");
        byte[] question = host.frames(0, link).getFirst();
        assertThat(ArpPacket.parse(question, 14, question.length).targetProtocol())
                .isEqualTo(ip4("10.0.0.254"));
    }
}
