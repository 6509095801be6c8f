package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/// Whatever the octets are: gates decide, what passes a gate can be read wholly, and nothing throws.
class AnyOctetsTest {
    private static final int ROUNDS = 20_000;
    private final TcpOptions tcpOptions = new TcpOptions();
    private final NdOptions ndOptions = new NdOptions();
    private final Ip6Extensions extensions = new Ip6Extensions();

    /// Reads everything of every format that the octets could be; the result only keeps the reading from being
    /// optimised away.
    private long readAll(byte[] b, int at, int end) {
        long seen = PacketText.ofIp(b, at, end).length();
        seen += PacketText.ofEthernet(b, at, end).length();
        seen += PacketText.ofQuotedIp(b, at, end).length();
        if (Ip4Header.check(b, at, end) == Malformed.NONE) {
            seen += Ip4Packet.parse(b, at, end).hashCode() + Ip4Header.fragmentOffset(b, at);
        }
        if (Ip6Header.check(b, at, end) == Malformed.NONE) {
            seen += Ip6Packet.parse(b, at, end).hashCode() + Ip6Header.flowLabel(b, at);
            if (extensions.walk(b, at, at + Ip6Header.totalLength(b, at)) == Malformed.NONE) {
                assertThat(extensions.upperAt).isBetween(at + 40, end);
            } else {
                assertThat(extensions.faultAt).isBetween(at, end);
            }
        }
        if (TcpHeader.check(b, at, end) == Malformed.NONE) {
            seen += TcpSegment.parse(b, at, end).toString().length();
            boolean good = tcpOptions.parseHeader(b, at);
            boolean malformed =
                    TcpSegment.parse(b, at, end).options().stream().anyMatch(TcpOption.Malformed.class::isInstance);
            assertThat(malformed || good).isTrue();
            seen += TcpHeader.checksumOk(b, at, end, 0) ? 1 : 0;
        }
        if (UdpHeader.check(b, at, end) == Malformed.NONE) {
            seen += UdpDatagram.parse(b, at, end).hashCode() + (UdpHeader.checksumOk(b, at, 0) ? 1 : 0);
        }
        if (IcmpHeader.check(b, at, end) == Malformed.NONE) {
            seen += IcmpMessage.parse(b, at, end).toString().length();
        }
        if (Icmp6Header.check(b, at, end) == Malformed.NONE) {
            seen += Icmp6Message.parse(b, at, end).toString().length();
        }
        if (NdHeader.check(b, at, end) == Malformed.NONE) {
            ndOptions.parse(b, NdHeader.optionsAt(b, at), end);
            seen += NdMessage.parse(b, at, end).toString().length() + ndOptions.prefixCount;
        }
        if (ArpHeader.check(b, at, end) == Malformed.NONE) {
            seen += ArpPacket.parse(b, at, end).toString().length();
        }
        return seen;
    }

    private void round(long seed, BiFunction<Generated, Integer, byte[]> make) {
        var generated = new Generated(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] b = make.apply(generated, i);
            // Octets around the packet must be of no influence, and the end of the array no protection.
            int at = generated.below(2) * generated.below(9);
            int end = at + b.length;
            byte[] around = generated.bytes(end + generated.below(2) * 8);
            System.arraycopy(b, 0, around, at, b.length);
            try {
                readAll(around, at, end);
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + seed + " round " + i + ": " + Octets.of(b), e);
            }
        }
    }

    @Test
    void randomOctetsNeverThrow() {
        round(1, (generated, i) -> generated.bytes(generated.below(120)));
    }

    @Test
    void randomOctetsThatBeginLikeAPacketNeverThrow() {
        byte[] first = {0x45, 0x46, 0x4f, 0x60, 0x6f, (byte) 0x85, (byte) 0x86, (byte) 0x87, (byte) 0x88, (byte) 0x89};
        round(2, (generated, i) -> {
            byte[] b = generated.bytes(20 + generated.below(100));
            b[0] = first[generated.below(first.length)];
            b[1] = 0;
            Bytes.put16(b, 2, b.length);
            if (b[0] >>> 4 == 6) {
                Bytes.put16(b, 4, Math.max(0, b.length - 40));
                b[6] = (byte) new int[] {0, 43, 44, 60, 58, 6}[generated.below(6)];
            } else if (b[0] >>> 4 == 4) {
                b[9] = (byte) new int[] {1, 6, 17}[generated.below(3)];
                if (b.length >= Ip4Header.headerLength(b, 0)) {
                    Ip4Header.writeChecksum(b, 0);
                }
            }
            return b;
        });
    }

    @Test
    void mutatedPacketsNeverThrow() {
        round(3, (generated, i) -> {
            byte[] b = valid(generated);
            for (int count = generated.below(6); count > 0 && b.length > 0; count--) {
                b[generated.below(b.length)] = (byte) (generated.below(4) == 0 ? 0xff : generated.below(256));
            }
            if (b.length > 20
                    && generated.below(2) == 0
                    && b[0] >>> 4 == 4
                    && Ip4Header.headerLength(b, 0) <= b.length) {
                Ip4Header.writeChecksum(b, 0);
            }
            return b;
        });
    }

    @Test
    void truncatedPacketsNeverThrow() {
        round(4, (generated, i) -> {
            byte[] b = valid(generated);
            return java.util.Arrays.copyOf(b, generated.below(b.length + 1));
        });
    }

    private static byte[] valid(Generated generated) {
        return switch (generated.below(8)) {
            case 0 -> generated.frame().emit();
            case 1 -> generated.tcp().emit(TcpTest.A, TcpTest.B);
            case 2 -> generated.nd().emit(TcpTest.A, TcpTest.B);
            case 3 -> generated.icmp6().emit(TcpTest.A, TcpTest.B);
            case 4 -> generated.icmp().emit();
            case 5, 6 -> generated.ip6(0).emit();
            default -> generated.ip4(0).emit();
        };
    }
}
