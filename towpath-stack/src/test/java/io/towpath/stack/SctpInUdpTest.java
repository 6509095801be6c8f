package io.towpath.stack;

import static io.towpath.stack.Packets.HOST4;
import static io.towpath.stack.Packets.HOST6;
import static io.towpath.stack.Packets.PEER4;
import static io.towpath.stack.Packets.PEER6;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.TxBatch;
import io.towpath.ip.IpConfig;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.wire.Bytes;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.PacketText;
import io.towpath.wire.Prefix;
import io.towpath.wire.testing.Rfc;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// SCTP over the stack's own UDP (RFC 6951): the way through the UDP layer and what ICMP says of it.
class SctpInUdpTest {
    private final PacketPool pool = new PacketPool();
    private final Stack a = host("a", 1, IpConfig.defaults(), 9899);
    private final Interface atA = wire(a, "10.0.0.1/24", "fd00::1/64");

    private Stack host(String name, long seed, IpConfig ip, int udpPort) {
        var config = StackConfig.defaults(name)
                .withIp(ip)
                .withEncapsulation(new StackConfig.UdpEncapsulation(udpPort, 9899));
        return new Stack(config, Context.of(pool, Entropy.seeded(seed)));
    }

    private static Interface wire(Stack host, String... addresses) {
        Interface added = host.addInterface("if", InterfaceConfig.rawIp(1500));
        for (String address : addresses) {
            added.addAddress(Prefix.parse(address));
        }
        return added;
    }

    @AfterEach
    void noPacketIsLost() {
        a.shutDown(0);
        assertThat(pool.outstanding()).isZero();
    }

    private static SctpEndpoint listen(Stack host, int port) {
        var bound = (SctpEndpoint.Bound) host.sctp().bind(0, List.of(), port, SctpConfig.defaults());
        host.sctp().listen(0, bound.endpoint(), 4);
        return bound.endpoint();
    }

    private static Association connect(Stack from, IpAddress to) {
        var result = from.sctp().connect(0, List.of(), 0, List.of(to), 5000, SctpConfig.defaults());
        return ((Association.Opened) result).association();
    }

    private static void carry(Interface from, Stack to, Interface at) {
        TxBatch outbox = from.outbox();
        for (int i = 0; i < outbox.size(); i++) {
            to.input(0, at, outbox.get(i));
        }
        outbox.clear();
    }

    private byte[] onlyPacket() {
        a.poll(0);
        assertThat(atA.outbox().size()).isOne();
        Packet packet = atA.outbox().get(0);
        byte[] bytes = packet.toBytes();
        packet.release();
        atA.outbox().clear();
        return bytes;
    }

    private void in(byte[] bytes) {
        Packet packet = pool.take(bytes.length);
        System.arraycopy(bytes, 0, packet.bytes, packet.at, bytes.length);
        packet.end = packet.at + bytes.length;
        a.input(0, atA, packet);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00::2"})
    @Rfc(value = 6951, section = "5.2")
    @Rfc(value = 6951, section = "5.4", requirement = "6951-5.4-1")
    void twoHostsTalkThroughUdp(String to) {
        Stack b = host("b", 2, IpConfig.defaults(), 9899);
        Interface atB = wire(b, "10.0.0.2/24", "fd00::2/64");
        SctpEndpoint server = listen(b, 5000);
        Association client = connect(a, IpAddress.parse(to));
        for (int i = 0; i < 4; i++) {
            a.poll(0);
            assertThat(atA.outbox().size()).isLessThan(3);
            carry(atA, b, atB);
            b.poll(0);
            carry(atB, a, atA);
        }
        assertThat(client.stateName()).isEqualTo(AssociationState.Name.ESTABLISHED);
        Association accepted = Objects.requireNonNull(b.sctp().accept(0, server));
        assertThat(accepted.stateName()).isEqualTo(AssociationState.Name.ESTABLISHED);
        assertThat(b.udp().packetsHeld()).isZero();
        a.udp()
                .forEach(udp -> assertThat(udp.datagramsOut())
                        .isPositive()
                        .isEqualTo(a.context().counters().get(Counter.SCTP_UDP_OUT)));
        var counters = a.context().counters();
        assertThat(counters.get(Counter.SCTP_UDP_OUT))
                .isEqualTo(counters.get(Counter.SCTP_OUT))
                .isPositive();
        assertThat(counters.get(Counter.SCTP_UDP_IN))
                .isEqualTo(counters.get(Counter.SCTP_IN))
                .isPositive();
        assertThat(counters.get(Counter.UDP_OUT)).isEqualTo(counters.get(Counter.SCTP_UDP_OUT));
    }

    @Test
    @Rfc(value = 6951, section = "5.3", requirement = "6951-5.3-2")
    void thePacketIsOneUdpDatagramFromTheOwnPortToThePeers() {
        connect(a, PEER4);
        byte[] packet = onlyPacket();
        assertThat(PacketText.ofIp(packet, 0, packet.length)).contains("9899").contains("INIT");
    }

    @Test
    void thePortIsTakenAndShownAsASocket() {
        assertThat(a.udp().bind(0, null, 9899, UdpConfig.defaults()))
                .isEqualTo(new UdpEndpoint.Failed(UdpError.ADDRESS_IN_USE));
        assertThat(a.snapshot(0).udp()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Rfc(value = 6951, section = "5.5", requirement = "6951-5.5-2")
    void portUnreachableMeansThatThePeerHasNoSctp(boolean ip4) {
        Association client = connect(a, ip4 ? PEER4 : PEER6);
        byte[] init = onlyPacket();
        in(ip4 ? Packets.error(PEER4, HOST4, 3, 3, 0, init) : Packets.error(PEER6, HOST6, 1, 4, 0, init));
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    @Rfc(value = 6951, section = "5.5", requirement = "6951-5.5-1")
    void anErrorThatQuotesTooLittleOrAnotherTagIsDiscarded() {
        Association client = connect(a, PEER4);
        byte[] init = onlyPacket();
        // RFC 792 asks for 64 bits of the datagram only: that is the UDP header.
        in(Packets.error(PEER4, HOST4, 3, 3, 0, Arrays.copyOf(init, 28)));
        assertThat(client.isClosed()).isFalse();
        byte[] other = init.clone();
        Bytes.put32(other, 20 + 8 + 12 + 4, 0x1234_5678); // the initiate tag
        in(Packets.error(PEER4, HOST4, 3, 3, 0, other));
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    @Rfc(value = 6951, section = "5.6", requirement = "6951-5.6-1")
    void aPathMtuToldOfTheDatagramHoldsForWhatIsInIt() {
        Association client = connect(a, PEER4);
        byte[] init = onlyPacket();
        in(Packets.error(PEER4, HOST4, 3, 4, 1300, init));
        // IPv4 header, UDP header, SCTP common header, DATA chunk header.
        assertThat(a.sctp().info(0, client).fragmentBytes()).isEqualTo(1300 - 20 - 8 - 12 - 16);
    }

    @Test
    @Rfc(value = 6951, section = "5.3")
    void aDatagramWithoutChecksumIsTakenOverIpv4AndNotOverIpv6() {
        listen(a, 5000);
        Stack b = host("b", 2, IpConfig.defaults(), 9899);
        Interface atB = wire(b, "10.0.0.2/24", "fd00::2/64");
        for (IpAddress to : List.of(HOST4, HOST6)) {
            connect(b, to);
            b.poll(0);
            Packet packet = atB.outbox().get(0);
            Bytes.put16(packet.bytes, packet.at + (to.isIp4() ? 20 : 40) + 6, 0);
            carry(atB, a, atA);
        }
        onlyPacket();
        assertThat(a.context().counters().get(Drop.BAD_UDP_CHECKSUM)).isOne();
        b.shutDown(0);
    }

    @Test
    @Rfc(value = 6951, section = "5.8", requirement = "6951-5.8-1")
    void theTrafficClassWithItsEcnBitsIsThatOfTheAssociation() {
        var config = SctpConfig.defaults().withIp(0xb9, 64);
        Object ignored = a.sctp().connect(0, List.of(), 0, List.of(PEER4), 5000, config);
        assertThat(Ip4Header.trafficClass(onlyPacket(), 0)).isEqualTo(0xb9);
    }

    @Test
    void aHostWithoutLoopbackAddressesOfItsOwnSendsToThemByItsLink() {
        Stack behind = host("behind", 3, IpConfig.defaults().withLoopback(false), 9899);
        Interface link = wire(behind, "192.0.0.8/32", "100::1/128");
        behind.addRoute(Prefix.parse("0.0.0.0/0"), link, null, 0);
        behind.addRoute(Prefix.parse("::/0"), link, null, 0);
        connect(behind, IpAddress.parse("127.0.0.1"));
        connect(behind, IpAddress.parse("::1"));
        behind.poll(0);
        assertThat(link.outbox().size()).isEqualTo(2);
        link.outbox().releaseAll();
        behind.shutDown(0);
    }
}
