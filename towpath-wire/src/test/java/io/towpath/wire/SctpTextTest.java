package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The notation, one line for every chunk, parameter and cause; the forms are those of packetdrill scripts.
class SctpTextTest {
    private static String chunk(String hex) {
        byte[] b = Octets.ofHex(hex).toArray();
        assertThat(SctpChunks.checkAll(b, 0, b.length)).as(hex).isEqualTo(Malformed.NONE);
        List<SctpChunk> chunks = SctpChunk.parse(b, 0, b.length);
        assertThat(chunks).hasSize(1);
        return chunks.getFirst().toString();
    }

    private static String init(String parameters) {
        Octets octets = Octets.ofHex(parameters);
        byte[] b = new byte[SctpInitHeader.LENGTH + octets.length()];
        SctpInitHeader.write(b, 0, SctpChunks.INIT, 1, 1500, 1, 2, 3);
        octets.write(b, SctpInitHeader.LENGTH);
        Bytes.put16(b, 2, b.length);
        return SctpChunk.parse(b, 0, b.length).getFirst().toString();
    }

    private static String parameter(String hex) {
        String head = "INIT[flgs=0, tag=1, a_rwnd=1500, os=1, is=2, tsn=3, ";
        String text = init(hex);
        assertThat(text).startsWith(head).endsWith("]");
        return text.substring(head.length(), text.length() - 1);
    }

    private static String cause(String hex) {
        Octets octets = Octets.ofHex(hex);
        byte[] b = new byte[4 + octets.length()];
        SctpChunks.writeHead(b, 0, SctpChunks.ABORT, 0, b.length);
        octets.write(b, 4);
        String text = SctpChunk.parse(b, 0, b.length).getFirst().toString();
        assertThat(text).startsWith("ABORT[flgs=0, ").endsWith("]");
        return text.substring("ABORT[flgs=0, ".length(), text.length() - 1);
    }

    @Test
    void packetsShowTheirChunksOneAfterTheOther() {
        assertThat(SctpPacket.parse(SctpTest.SACK_AND_DATA, 0, SctpTest.SACK_AND_DATA.length))
                .hasToString("sctp: SACK[flgs=0, cum_tsn=12, a_rwnd=4660, gaps=[2:3, 5:5], dups=[11]]; "
                        + "DATA[flgs=BE, len=21, tsn=7, sid=1, ssn=2, ppid=51]");
        assertThat(SctpPacket.of(1, 2, 3)).hasToString("sctp:");
    }

    @Test
    void tsnsMayBeRelative() {
        SctpPacket packet = SctpPacket.of(
                1,
                2,
                3,
                new SctpChunk.Data(3, 5, 0, 0, 0, Octets.of((byte) 1)),
                new SctpChunk.Sack(0, 4, 1500, List.of(), List.of(3L)),
                new SctpChunk.ForwardTsn(0, 6, List.of()));
        assertThat(packet.text(0xffff_ffffL, 4))
                .isEqualTo("sctp: DATA[flgs=BE, len=17, tsn=6, sid=0, ssn=0, ppid=0]; "
                        + "SACK[flgs=0, cum_tsn=0, a_rwnd=1500, gaps=[], dups=[4294967295]]; "
                        + "FORWARD_TSN[cum_tsn=7, ids=[]]");
    }

    @Test
    void aPacketHasItsAddressesInFront() {
        Ip4Packet packet = Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.SCTP, SctpTest.INIT);
        String text = "sctp: INIT[flgs=0, tag=16909060, a_rwnd=65536, os=10, is=2048, tsn=4294967294, "
                + "IPV4_ADDRESS[addr=10.0.0.1], FORWARD_TSN_SUPPORTED[], "
                + "SUPPORTED_ADDRESS_TYPES[types=[IPv4, IPv6]], "
                + "SUPPORTED_EXTENSIONS[types=[FORWARD_TSN, RECONFIG]]]";
        assertThat(packet).hasToString("10.0.0.1:5000 > 10.0.0.2:5001 " + text);
        byte[] broken = SctpTest.INIT.clone();
        broken[8]++;
        assertThat(Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.SCTP, broken))
                .hasToString("10.0.0.1:5000 > 10.0.0.2:5001 " + text + " bad-checksum");
        Bytes.put32(broken, 8, 0);
        assertThat(Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.SCTP, broken))
                .hasToString("10.0.0.1:5000 > 10.0.0.2:5001 " + text + " zero-checksum");
        assertThat(Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.SCTP, Arrays.copyOf(broken, 11)))
                .hasToString("10.0.0.1 > 10.0.0.2 malformed sctp TRUNCATED (11)");
    }

    @Test
    void sctpInUdpIsShownIfAllOfItIsChunks() {
        byte[] sctp = SctpPacket.of(5000, 5001, 1, new SctpChunk.Bare(SctpChunks.COOKIE_ACK, 0))
                .emit();
        byte[] datagram = new UdpDatagram(40000, SctpHeader.UDP_PORT, Octets.of(sctp)).emit(TcpTest.A, TcpTest.B);
        assertThat(Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.UDP, datagram))
                .hasToString("10.0.0.1:40000 > 10.0.0.2:9899 udp 5000 > 5001 sctp: COOKIE_ACK[flgs=0]");
        byte[] other = new UdpDatagram(40000, SctpHeader.UDP_PORT, Octets.of(new byte[16])).emit(TcpTest.A, TcpTest.B);
        assertThat(Ip4Packet.of(TcpTest.A, TcpTest.B, IpProtocol.UDP, other))
                .hasToString("10.0.0.1:40000 > 10.0.0.2:9899 udp (16)");
    }

    @Test
    void everyChunkHasItsText() {
        assertThat(chunk("000d0012 00000001 00010002 00000003 aabb0000"))
                .isEqualTo("DATA[flgs=IUE, len=18, tsn=1, sid=1, ssn=2, ppid=3]");
        assertThat(chunk("00000011 00000001 00010002 00000003 aa000000"))
                .isEqualTo("DATA[flgs=0, len=17, tsn=1, sid=1, ssn=2, ppid=3]");
        assertThat(chunk("00130011 00000001 00010002 00000003 aa000000")).startsWith("DATA[flgs=0x13, ");
        assertThat(chunk("40030015 00000001 00010000 00000002 00000004 aa000000"))
                .isEqualTo("I_DATA[flgs=BE, len=21, tsn=1, sid=1, mid=2, ppid=4]");
        assertThat(chunk("40010015 00000001 00010000 00000002 00000004 aa000000"))
                .isEqualTo("I_DATA[flgs=E, len=21, tsn=1, sid=1, mid=2, fsn=4]");
        assertThat(init("")).isEqualTo("INIT[flgs=0, tag=1, a_rwnd=1500, os=1, is=2, tsn=3]");
        assertThat(chunk("02000020 00000002 000005dc 00010001 00000001 00070008 01020304 80000004"))
                .isEqualTo("INIT_ACK[flgs=0, tag=2, a_rwnd=1500, os=1, is=1, tsn=1, "
                        + "STATE_COOKIE[len=8, val=[0x01, 0x02, 0x03, 0x04]], ECN_CAPABLE[]]");
        assertThat(chunk("03010010 00000002 00000000 00000000"))
                .isEqualTo("SACK[flgs=0x01, cum_tsn=2, a_rwnd=0, gaps=[], dups=[]]");
        assertThat(chunk("04000009 00010005 07000000"))
                .isEqualTo("HEARTBEAT[flgs=0, HEARTBEAT_INFORMATION[len=5, val=[0x07]]]");
        assertThat(chunk("05000004")).isEqualTo("HEARTBEAT_ACK[flgs=0]");
        assertThat(chunk("06010004")).isEqualTo("ABORT[flgs=T]");
        assertThat(chunk("06020004")).isEqualTo("ABORT[flgs=0x02]");
        assertThat(chunk("07000008 00000009")).isEqualTo("SHUTDOWN[flgs=0, cum_tsn=9]");
        assertThat(chunk("08000004")).isEqualTo("SHUTDOWN_ACK[flgs=0]");
        assertThat(chunk("0900000c 00010008 00050000")).isEqualTo("ERROR[flgs=0, INVALID_STREAM_IDENTIFIER[sid=5]]");
        assertThat(chunk("0a000006 0102 0000")).isEqualTo("COOKIE_ECHO[flgs=0, len=6, val=[0x01, 0x02]]");
        assertThat(chunk("0a000018" + "00".repeat(20))).isEqualTo("COOKIE_ECHO[flgs=0, len=24, val=...]");
        assertThat(chunk("0b000004")).isEqualTo("COOKIE_ACK[flgs=0]");
        assertThat(chunk("0c000008 00000001")).isEqualTo("ECNE[flgs=0, tsn=1]");
        assertThat(chunk("0d000008 00000001")).isEqualTo("CWR[flgs=0, tsn=1]");
        assertThat(chunk("0e010004")).isEqualTo("SHUTDOWN_COMPLETE[flgs=T]");
        assertThat(chunk("0f00000c 00010003 01020304"))
                .isEqualTo("AUTH[flgs=0, key=1, hmac=3, val=[0x01, 0x02, 0x03, 0x04]]");
        assertThat(chunk("84000006 0000 0000")).isEqualTo("PAD[flgs=0, len=6, val=[0x00, 0x00]]");
        assertThat(chunk("c0000010 00000002 00010000 00020003"))
                .isEqualTo("FORWARD_TSN[cum_tsn=2, ids=[{1,0}, {2,3}]]");
        assertThat(chunk("c2010010 00000002 00010001 00000005"))
                .isEqualTo("I_FORWARD_TSN[flgs=0x01, cum_tsn=2, ids=[{1,1,5}]]");
        assertThat(chunk("2f000005 01000000")).isEqualTo("CHUNK[type=0x2f, flgs=0, len=5, val=[0x01]]");
    }

    @Test
    void changesOfAddressesAndStreamsHaveTheirText() {
        assertThat(chunk("c1000020 00000001 00050008 0a000001 c0020010 00000002 00050008 0a000002"))
                .isEqualTo("ASCONF[flgs=0, serial=1, IPV4_ADDRESS[addr=10.0.0.1], "
                        + "DELETE_IP_ADDRESS[corr=2, addr=10.0.0.2]]");
        assertThat(chunk("80000010 00000001 c0050008 00000002"))
                .isEqualTo("ASCONF_ACK[flgs=0, serial=1, SUCCESS_INDICATION[corr=2]]");
        assertThat(chunk("82000018 000d0012 00000001 00000002 00000003 0004 0000"))
                .isEqualTo("RECONFIG[flgs=0, OUTGOING_SSN_RESET[req_sn=1, resp_sn=2, last_tsn=3, sids=[4]]]");
        assertThat(chunk("82000010 0010000c 00000001 00000001"))
                .isEqualTo("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=1, result=1]]");
        assertThat(chunk("82000018 00100014 00000001 00000001 00000005 00000006"))
                .isEqualTo("RECONFIG[flgs=0, RECONFIG_RESPONSE[resp_sn=1, result=1, "
                        + "sender_next_tsn=5, receiver_next_tsn=6]]");
        assertThat(parameter("000e0008 00000001")).isEqualTo("INCOMING_SSN_RESET[req_sn=1, sids=[]]");
        assertThat(parameter("000f0008 00000001")).isEqualTo("SSN_TSN_RESET[req_sn=1]");
        assertThat(parameter("0012000c 00000001 00020000"))
                .isEqualTo("ADD_INCOMING_STREAMS[req_sn=1, number_of_new_streams=2]");
    }

    @Test
    void everyParameterHasItsText() {
        assertThat(parameter("00060014 fe800000 00000000 00000000 00000001")).isEqualTo("IPV6_ADDRESS[addr=fe80::1]");
        assertThat(parameter("00090008 00003039")).isEqualTo("COOKIE_PRESERVATIVE[incr=12345]");
        assertThat(parameter("000b0008 612e6200")).isEqualTo("HOSTNAME_ADDRESS[addr=\"a.b\"]");
        assertThat(parameter("000c000a 0005 000b 0063 0000"))
                .isEqualTo("SUPPORTED_ADDRESS_TYPES[types=[IPv4, HOSTNAME, 99]]");
        assertThat(parameter("80010008 00000001")).isEqualTo("ZERO_CHECKSUM_ACCEPTABLE[edmid=1]");
        assertThat(parameter("80020008 01020304")).isEqualTo("RANDOM[len=8, val=[0x01, 0x02, 0x03, 0x04]]");
        assertThat(parameter("80030006 c180 0000")).isEqualTo("CHUNK_LIST[types=[ASCONF, ASCONF_ACK]]");
        assertThat(parameter("80040008 0001 0003")).isEqualTo("REQUESTED_HMAC_ALGORITHM[types=[1, 3]]");
        assertThat(parameter("80050018" + "00".repeat(20))).isEqualTo("PAD[len=24, val=...]");
        assertThat(parameter("80080007 c0 40 99 00"))
                .isEqualTo("SUPPORTED_EXTENSIONS[types=[FORWARD_TSN, I_DATA, 0x99]]");
        assertThat(parameter("c0060008 00000007")).isEqualTo("ADAPTATION_INDICATION[adaptation_code_point=7]");
        assertThat(parameter("c0030010 00000003 00a00008 c0060008"))
                .isEqualTo("ERROR_CAUSE_INDICATION[corr=3, " + "DELETE_LAST_ADDRESS[params=[malformed c0060008]]]");
        assertThat(parameter("00080009 c00c0005 01000000"))
                .isEqualTo("UNRECOGNIZED_PARAMETER[params=[PARAMETER[type=0xc00c, len=5, val=[0x01]]]]");
        assertThat(parameter("00050005 0a000000")).isEqualTo("PARAMETER[type=0x0005, len=5, val=[0x0a]]");
        assertThat(parameter("00050003")).isEqualTo("malformed 00050003");
    }

    @Test
    void everyCauseHasItsText() {
        assertThat(cause("0002000c 00000002 00070005"))
                .isEqualTo("MISSING_MANDATORY_PARAMETER[types=[STATE_COOKIE, IPV4_ADDRESS]]");
        assertThat(cause("00030008 00000064")).isEqualTo("STALE_COOKIE_ERROR[staleness=100]");
        assertThat(cause("00040004")).isEqualTo("OUT_OF_RESOURCE[]");
        assertThat(cause("0005000c 000b0008 612e6200"))
                .isEqualTo("UNRESOLVABLE_ADDRESS[param=HOSTNAME_ADDRESS[addr=\"a.b\"]]");
        assertThat(cause("00060009 2f000005 01000000"))
                .isEqualTo("UNRECOGNIZED_CHUNK_TYPE[chk=CHUNK[type=0x2f, flgs=0, len=5, val=[0x01]]]");
        assertThat(cause("00060004")).isEqualTo("UNRECOGNIZED_CHUNK_TYPE[chk=...]");
        assertThat(cause("00070004")).isEqualTo("INVALID_MANDATORY_PARAMETER[]");
        assertThat(cause("00080009 c00c0005 01000000"))
                .isEqualTo("UNRECOGNIZED_PARAMETERS[params=[PARAMETER[type=0xc00c, len=5, val=[0x01]]]]");
        assertThat(cause("00090008 00000001")).isEqualTo("NO_USER_DATA[tsn=1]");
        assertThat(cause("000a0004")).isEqualTo("COOKIE_RECEIVED_WHILE_SHUTTING_DOWN[]");
        assertThat(cause("000b000c 00050008 0a000001"))
                .isEqualTo("RESTART_WITH_NEW_ADDRESSES[params=[IPV4_ADDRESS[addr=10.0.0.1]]]");
        assertThat(cause("000c0007 627965 00")).isEqualTo("USER_INITIATED_ABORT[info=\"bye\"]");
        assertThat(cause("000d0006 ff22 0000")).isEqualTo("PROTOCOL_VIOLATION[info=[0xff, 0x22]]");
        assertThat(cause("00a10004")).isEqualTo("RESOURCE_SHORTAGE[params=[]]");
        assertThat(cause("00a20004")).isEqualTo("DELETE_SOURCE_ADDRESS[params=[]]");
        assertThat(cause("00a30004")).isEqualTo("ILLEGAL_ASCONF_ACK[]");
        assertThat(cause("00a40004")).isEqualTo("NO_AUTHORIZATION[params=[]]");
        assertThat(cause("01050006 0003 0000")).isEqualTo("UNSUPPORTED_HMAC_IDENTIFIER[hmac=3]");
        assertThat(cause("77770005 01000000")).isEqualTo("CAUSE[code=0x7777, len=5, info=[0x01]]");
    }

    /// Each parameter of four octets more holds the next: sixteen thousand levels in one packet.
    @Test
    void quotesWithinQuotesEnd() {
        byte[] b = new byte[65532];
        SctpChunks.writeHead(b, 0, SctpChunks.HEARTBEAT, 0, b.length);
        for (int at = 4; at < b.length; at += 4) {
            SctpParameters.writeHead(b, at, SctpParameters.UNRECOGNIZED, b.length - at);
        }
        assertThat(chunk(Octets.of(b).toString()))
                .isEqualTo("HEARTBEAT[flgs=0, " + "UNRECOGNIZED_PARAMETER[params=[".repeat(3)
                        + "UNRECOGNIZED_PARAMETER[params=...]" + "]]".repeat(3) + "]");
    }

    @Test
    void chunksWithinCausesWithinChunksEnd() {
        byte[] b = new byte[65528];
        for (int at = 0; at < b.length; at += 8) {
            SctpChunks.writeHead(b, at, SctpChunks.ERROR, 0, b.length - at);
            SctpParameters.writeHead(b, at + 4, SctpCauses.UNRECOGNIZED_CHUNK, b.length - at - 4);
        }
        assertThat(chunk(Octets.of(b).toString()))
                .isEqualTo("ERROR[flgs=0, UNRECOGNIZED_CHUNK_TYPE[chk=".repeat(4) + "..." + "]]".repeat(4));
    }
}
