package io.towpath.ip;

import static io.towpath.stack.Packets.HOST4;
import static io.towpath.stack.Packets.PEER4;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.TestHost;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// A packet that comes behind one like it is judged as if it came alone.
class Ip4RunTest {
    private static final byte[] FIRST = Packets.udp(PEER4, 99, HOST4, 7, (byte) 1, (byte) 2);
    private static final byte[] OTHER = Packets.udp(IpAddress.parse("10.0.0.9"), 99, HOST4, 7, (byte) 3);

    /// What a host makes of packets: why it dropped some, what it took, what it answered.
    private static String taken(byte[]... packets) {
        var host = new TestHost("host", 1);
        Interface link = host.raw(1500, "10.0.0.1/24");
        UdpEndpoint socket = ((UdpEndpoint.Bound) host.stack.udp().bind(0, null, 7, UdpConfig.defaults())).endpoint();
        var told = new StringBuilder();
        for (byte[] packet : packets) {
            host.in(0, link, packet);
            for (Packet one = socket.receive(); one != null; one = socket.receive()) {
                if (!Arrays.equals(packet, OTHER)) {
                    told.append(one.length()).append(" octets, class ").append(one.trafficClass);
                    told.append(", hops ")
                            .append(one.hopLimit)
                            .append(", from ")
                            .append(one.sourceLow);
                    told.append(' ').append(Arrays.hashCode(one.toBytes())).append('\n');
                }
                one.release();
            }
        }
        for (Drop reason : Drop.values()) {
            told.append(host.drops(reason) == 0 ? "" : reason + " ");
        }
        host.frames(0, link)
                .forEach(frame -> told.append(Arrays.hashCode(frame)).append('\n'));
        told.append(host.pool.outstanding()).append(" held"); // a first fragment waits
        return told.toString();
    }

    @Test
    void eachOctetOfTheHeaderCountsAsItWouldAlone() {
        for (int at = 0; at < Ip4Header.LENGTH; at++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                byte[] changed = FIRST.clone();
                changed[at] ^= (byte) (1 << bit);
                assertThat(taken(FIRST, changed)).isEqualTo(taken(FIRST, OTHER, changed));
                if ((changed[0] & 0xf) == 5) {
                    byte[] mended = Packets.mended4(changed);
                    assertThat(taken(FIRST, mended)).isEqualTo(taken(FIRST, OTHER, mended));
                }
            }
        }
    }

    @Test
    void aPacketMayEndAnywhere() {
        for (int length = 0; length < FIRST.length; length++) {
            byte[] cut = Arrays.copyOf(FIRST, length);
            assertThat(taken(FIRST, cut)).isEqualTo(taken(FIRST, OTHER, cut));
        }
    }

    @Test
    void lengthAndIdentificationMayDiffer() {
        byte[] longer = Packets.udp(PEER4, 99, HOST4, 7, new byte[700]);
        longer[5] = 77;
        longer = Packets.mended4(longer);
        assertThat(taken(FIRST, longer)).contains("700 octets").isEqualTo(taken(FIRST, OTHER, longer));
    }

    @Test
    void anAddressThatIsTakenAwayEndsIt() {
        var host = new TestHost("host", 1);
        Interface link = host.raw(1500, "10.0.0.1/24");
        host.in(0, link, FIRST);
        assertThat(host.drops(Drop.NOT_FOR_US)).isZero();
        assertThat(link.removeAddress(HOST4)).isTrue();
        host.in(0, link, FIRST);
        assertThat(host.drops(Drop.NOT_FOR_US)).isOne();
    }

    @Test
    void theSourceMayBecomeOurOwn() {
        var host = new TestHost("host", 1);
        Interface link = host.raw(1500, "10.0.0.1/24");
        host.in(0, link, FIRST);
        link.addAddress(io.towpath.wire.Prefix.parse("10.0.0.2/24"));
        host.in(0, link, FIRST);
        assertThat(host.drops(Drop.MARTIAN_SOURCE)).isOne();
    }

    @Test
    void theSamePacketOnAnotherInterfaceIsNotOfTheRun() {
        var host = new TestHost("host", 1);
        Interface one = host.raw(1500, "10.0.0.1/24");
        Interface other = host.raw(1500, "10.9.0.1/30");
        byte[] broadcast = Packets.udp(IpAddress.parse("10.9.0.3"), 99, HOST4, 7, (byte) 1);
        host.in(0, one, broadcast);
        assertThat(host.drops(Drop.MARTIAN_SOURCE)).isZero();
        host.in(0, other, broadcast); // here its source is the network's broadcast address
        assertThat(host.drops(Drop.MARTIAN_SOURCE)).isOne();
    }

    @Test
    void aHookSeesEachPacket() {
        var host = new TestHost("host", 1);
        Interface link = host.raw(1500, "10.0.0.1/24");
        host.in(0, link, FIRST);
        host.stack.ip().hooks().add(Hook.Point.PREROUTING, (now, point, packet) -> Hook.Verdict.DROP);
        host.in(0, link, FIRST);
        assertThat(host.drops(Drop.FILTERED)).isOne();
    }
}
