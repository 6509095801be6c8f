package io.towpath.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Valid values of every format from a seed, for round trips and for octets to mutate.
final class Generated {
    private final SplittableRandom random;

    Generated(long seed) {
        random = new SplittableRandom(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    byte[] bytes(int length) {
        byte[] b = new byte[length];
        random.nextBytes(b);
        return b;
    }

    Octets octets(int lengthMax) {
        return Octets.of(bytes(below(lengthMax + 1)));
    }

    Ip4Address address4() {
        return new Ip4Address(random.nextInt());
    }

    Ip6Address address6() {
        return new Ip6Address(0x2001_0db8_0000_0000L | below(1 << 16), random.nextLong());
    }

    MacAddress mac() {
        return new MacAddress(random.nextLong() >>> 16);
    }

    long u32() {
        return random.nextLong(1L << 32);
    }

    List<TcpOption> tcpOptions() {
        List<TcpOption> options = new ArrayList<>();
        int room = TcpHeader.OPTIONS_MAX;
        for (int wanted = below(7); wanted > 0; wanted--) {
            TcpOption option = tcpOption();
            if (option.length() <= room) {
                options.add(option);
                room -= option.length();
            }
        }
        // The list ends at a word, by no-operations or by the end option with its padding.
        int rest = room & 3;
        if (rest > 0 && below(2) == 0) {
            options.add(new TcpOption.End(Octets.of(new byte[rest - 1])));
        } else {
            for (; rest > 0; rest--) {
                options.add(new TcpOption.Nop());
            }
        }
        return options;
    }

    private TcpOption tcpOption() {
        return switch (below(10)) {
            case 0 -> new TcpOption.Mss(below(65536));
            case 1 -> new TcpOption.WindowScale(below(256));
            case 2 -> new TcpOption.SackPermitted();
            case 3 -> sack();
            case 4 -> new TcpOption.Timestamps(u32(), u32());
            case 5 -> new TcpOption.UserTimeout(below(2) == 0, below(0x8000));
            case 6 -> new TcpOption.Authentication(below(256), below(256), octets(16));
            case 7 -> accEcn();
            case 8 -> new TcpOption.Opaque(TcpOptions.FAST_OPEN, octets(16));
            default -> new TcpOption.Opaque(200 + below(50), octets(10));
        };
    }

    private TcpOption sack() {
        List<TcpOption.Sack.Block> blocks = new ArrayList<>();
        for (int count = 1 + below(4); count > 0; count--) {
            blocks.add(new TcpOption.Sack.Block(u32(), u32()));
        }
        return new TcpOption.Sack(blocks);
    }

    private TcpOption accEcn() {
        List<Integer> counters = new ArrayList<>();
        for (int count = below(4); count > 0; count--) {
            counters.add(below(1 << 24));
        }
        return new TcpOption.AccEcn(below(2) == 0 ? TcpOptions.ACC_ECN_0 : TcpOptions.ACC_ECN_1, counters);
    }

    TcpSegment tcp() {
        return new TcpSegment(
                below(65536),
                below(65536),
                u32(),
                u32(),
                below(0x200),
                below(65536),
                below(65536),
                tcpOptions(),
                octets(100));
    }

    UdpDatagram udp() {
        return new UdpDatagram(below(65536), below(65536), octets(100));
    }

    IcmpMessage icmp() {
        int type = below(3) == 0 ? below(256) : below(16);
        Octets body = IcmpHeader.isError(type) ? quote(ip4(1).emit()) : octets(64);
        return new IcmpMessage(type, below(20), random.nextInt(), body);
    }

    Icmp6Message icmp6() {
        int type = below(2) == 0 ? below(6) : 124 + below(24);
        Octets body = Icmp6Header.isError(type) ? quote(ip6(1).emit()) : octets(64);
        return new Icmp6Message(type, below(8), random.nextInt(), body);
    }

    private Octets quote(byte[] packet) {
        return Octets.of(packet, 0, below(packet.length + 1));
    }

    NdMessage nd() {
        List<NdOption> options = new ArrayList<>();
        for (int count = below(4); count > 0; count--) {
            options.add(ndOption());
        }
        return switch (below(5)) {
            case 0 -> new NdMessage.RouterSolicitation(options);
            case 1 -> new NdMessage.RouterAdvertisement(below(256), below(256), below(65536), u32(), u32(), options);
            case 2 -> new NdMessage.Solicitation(address6(), options);
            case 3 -> new NdMessage.Advertisement(below(8) << 29, address6(), options);
            default -> new NdMessage.Redirect(address6(), address6(), options);
        };
    }

    private NdOption ndOption() {
        return switch (below(5)) {
            case 0 -> new NdOption.Link(NdOptions.SOURCE_LINK, mac());
            case 1 -> new NdOption.Link(NdOptions.TARGET_LINK, mac());
            case 2 -> new NdOption.Mtu(u32());
            case 3 -> new NdOption.PrefixInformation(new Prefix(address6(), below(129)), below(4) << 6, u32(), u32());
            default -> new NdOption.Opaque(14 + below(200), Octets.of(bytes(6 + 8 * below(3))));
        };
    }

    ArpPacket arp() {
        return new ArpPacket(below(6), mac(), address4(), mac(), address4());
    }

    /// Options that pass the gate: no-operations, record routes, and the end with its padding.
    private Octets ip4Options() {
        byte[] b = new byte[4 * below(11)];
        int at = 0;
        while (at < b.length && below(4) > 0) {
            int length = 3 + below(12);
            if (below(3) == 0 || length > b.length - at) {
                b[at++] = Ip4Options.NOP;
            } else {
                b[at] = (byte) (below(2) == 0 ? Ip4Options.RECORD_ROUTE : 130 + below(20));
                b[at + 1] = (byte) length;
                at += length;
            }
        }
        return Octets.of(b);
    }

    Ip4Packet ip4(int depth) {
        Ip4Address source = address4();
        Ip4Address destination = address4();
        int kind = depth > 0 ? below(2) : below(4);
        byte[] payload = switch (kind) {
            case 0 -> tcp().emit(source, destination);
            case 1 -> udp().emit(source, destination);
            case 2 -> icmp().emit();
            default -> bytes(below(50));
        };
        int protocol = switch (kind) {
            case 0 -> IpProtocol.TCP;
            case 1 -> IpProtocol.UDP;
            case 2 -> IpProtocol.ICMP;
            default -> below(256);
        };
        int flags = below(4) == 0 ? below(65536) : Ip4Header.DONT_FRAGMENT;
        return new Ip4Packet(
                below(256),
                below(65536),
                flags,
                below(256),
                protocol,
                source,
                destination,
                ip4Options(),
                Octets.of(payload));
    }

    Ip6Packet ip6(int depth) {
        Ip6Address source = address6();
        Ip6Address destination = address6();
        int kind = depth > 0 ? below(2) : below(5);
        byte[] payload = switch (kind) {
            case 0 -> tcp().emit(source, destination);
            case 1 -> udp().emit(source, destination);
            case 2 -> icmp6().emit(source, destination);
            case 3 -> nd().emit(source, destination);
            default -> bytes(below(50));
        };
        int protocol = switch (kind) {
            case 0 -> IpProtocol.TCP;
            case 1 -> IpProtocol.UDP;
            case 2, 3 -> IpProtocol.ICMPV6;
            default -> below(256);
        };
        int next = protocol;
        if (below(3) == 0) {
            payload = extended(protocol, payload);
            next = IpProtocol.DESTINATION_OPTIONS;
        }
        return new Ip6Packet(below(256), below(1 << 20), next, below(256), source, destination, Octets.of(payload));
    }

    /// Destination options with one option of a random type in front, then perhaps a fragment header.
    private byte[] extended(int protocol, byte[] payload) {
        boolean fragment = below(2) == 0;
        byte[] b = new byte[8 + (fragment ? 8 : 0) + payload.length];
        b[0] = (byte) (fragment ? IpProtocol.FRAGMENT : protocol);
        b[2] = (byte) below(256);
        b[3] = (byte) (b[2] == 0 ? 0 : 4);
        if (fragment) {
            Ip6Extensions.writeFragment(b, 8, protocol, below(3) * 8, below(2) == 0, (int) u32());
        }
        System.arraycopy(payload, 0, b, b.length - payload.length, payload.length);
        return b;
    }

    EthernetFrame frame() {
        return switch (below(4)) {
            case 0 -> new EthernetFrame(mac(), mac(), EtherType.ARP, Octets.of(arp().emit()));
            case 1 -> new EthernetFrame(mac(), mac(), EtherType.IPV4, Octets.of(ip4(0).emit()));
            case 2 -> new EthernetFrame(mac(), mac(), EtherType.IPV6, Octets.of(ip6(0).emit()));
            default -> new EthernetFrame(mac(), mac(), below(65536), octets(60));
        };
    }
}
