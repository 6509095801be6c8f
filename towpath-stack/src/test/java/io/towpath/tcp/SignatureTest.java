package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.tcp.auth.Signatures;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.tcp.config.PeerKey;
import io.towpath.tcp.config.SynCookieUse;
import io.towpath.tcp.config.SynLayout;
import io.towpath.tcp.config.UserTimeoutConfig;
import io.towpath.tcp.ecn.Ecn;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import io.towpath.wire.Prefix;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpOptions;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.testing.Rfc;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The MD5 signature option: RFC 2385.
class SignatureTest {
    private static final PeerKey KEY = key("10.0.0.2/32", 0, "secret of two");

    private static PeerKey key(String peer, int port, String key) {
        return new PeerKey(Prefix.parse(peer), port, Octets.of(key.getBytes(StandardCharsets.US_ASCII)));
    }

    private static TcpConfig signed(TcpConfig config) {
        return config.withAuthentication(AuthConfig.of(KEY));
    }

    // ---- a peer who signs, by the JDK's MD5 alone --------------------------------------------------------------

    private static Octets digest(TcpSegment s, IpAddress from, IpAddress to, String key) {
        try {
            var md5 = MessageDigest.getInstance("MD5");
            byte[] whole = s.emit(from, to);
            int header = (whole[12] & 0xf0) >> 2;
            whole[16] = 0;
            whole[17] = 0;
            md5.update(from.toBytes());
            md5.update(to.toBytes());
            md5.update(ByteBuffer.allocate(4)
                    .putShort((short) 6)
                    .putShort((short) whole.length)
                    .array());
            md5.update(whole, 0, 20);
            md5.update(whole, header, whole.length - header);
            return Octets.of(md5.digest(key.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static TcpSegment sign(TcpSegment plain, String key) {
        TcpSegment blank = with(plain, Octets.of(new byte[16]));
        return with(plain, digest(blank, Ladder.PEER, Ladder.HOST, key));
    }

    private static TcpSegment with(TcpSegment plain, Octets digest) {
        List<TcpOption> options = new ArrayList<>(plain.options());
        options.add(new TcpOption.Opaque(TcpOptions.MD5, digest));
        options.add(new TcpOption.Nop());
        options.add(new TcpOption.Nop());
        return plain.with(options.toArray(TcpOption[]::new));
    }

    /// The peer sends a signed segment.
    private static void in(Ladder t, String notation) {
        in(t, notation, "secret of two");
    }

    private static void in(Ladder t, String notation, String key) {
        t.inject(sign(t.segment(notation), key).emit(Ladder.PEER, Ladder.HOST), 0);
    }

    /// The host must have sent a segment next that is rightly signed, with these flags.
    private static TcpSegment out(Ladder t, int flags) {
        TcpSegment s = t.next();
        assertThat(s.flags()).isEqualTo(flags);
        assertThat(signature(s)).isEqualTo(digest(s, Ladder.HOST, Ladder.PEER, "secret of two"));
        return s;
    }

    private static Octets signature(TcpSegment s) {
        for (TcpOption option : s.options()) {
            if (option instanceof TcpOption.Opaque opaque && opaque.kind() == TcpOptions.MD5) {
                return opaque.data();
            }
        }
        throw new AssertionError("not signed: " + s);
    }

    private static Ladder open(TcpConfig config, String options) {
        var t = new Ladder(signed(config));
        t.listen();
        in(t, "S 0:0(0) win 65535 <mss 1000" + options + ">");
        out(t, TcpHeader.SYN | TcpHeader.ACK);
        in(t, ". 1:1(0) ack 1 win 65535" + (options.contains("TS") ? " <TS val 100 ecr *>" : ""));
        t.accept();
        return t;
    }

    private static Ladder open() {
        return open(Ladders.plain(), "");
    }

    // ---- the digest --------------------------------------------------------------------------------------------

    /// Digests of these octets by another implementation of MD5.
    @ParameterizedTest
    @CsvSource({
        "10.0.0.2, 10.0.0.1, c61abbb9d46a8fdda9629aae07b8108b",
        "fd00::2, fd00::1, 793165af7c288683f4cb69471e6bd10e"
    })
    @Rfc(value = 2385, section = "2.0")
    void digestIsOfPseudoHeaderThenHeaderWithoutOptionsThenDataThenKey(String from, String to, String wanted) {
        var source = IpAddress.parse(from);
        var destination = IpAddress.parse(to);
        var pool = new PacketPool();
        var signatures = new Signatures(Context.of(pool, Entropy.seeded(1)));
        var key = key(from.contains(":") ? "::/0" : "0.0.0.0/0", 0, "secret of two");
        Packet packet = pool.take(45);
        packet.end = packet.at + 45;
        TcpHeader.write(packet.bytes, packet.at, 40_000, 80, 0x01020304, 0x05060708, 40, 0x18, 1000, 0);
        TcpHeader.setChecksum(packet.bytes, packet.at, 0x1234); // counts as zero
        Signatures.reserve(packet.bytes, packet.at + 40, true, null, key);
        System.arraycopy("hello".getBytes(StandardCharsets.US_ASCII), 0, packet.bytes, packet.at + 40, 5);
        signatures.sign(packet, Objects.requireNonNull(new TestNetwork(source).route(null, destination)), null, key);
        assertThat(Octets.of(packet.bytes, packet.at + 24, packet.at + 40)).isEqualTo(Octets.ofHex(wanted));

        packet.sourceHigh = source.high();
        packet.sourceLow = source.low();
        packet.destinationHigh = destination.high();
        packet.destinationLow = destination.low();
        var segment = new Segment();
        segment.read(packet);
        var config = AuthConfig.of(key);
        assertThat(signatures.judge(config, false, packet, segment)).isNull();
        assertThat(segment.key).isEqualTo(key);
        packet.bytes[packet.at + 44] ^= 1;
        assertThat(signatures.judge(config, false, packet, segment)).isEqualTo(Drop.TCP_AUTH_WRONG);
        packet.release();
    }

    // ---- connections -------------------------------------------------------------------------------------------

    @Test
    @Rfc(value = 2385, section = "2.0")
    void passiveOpenDataAndCloseAreSignedBothWays() {
        Ladder t = open();
        in(t, "P. 1:101(100) ack 1 win 65535");
        t.read(100);
        t.write(50);
        assertThat(out(t, TcpHeader.PSH | TcpHeader.ACK).payload().length()).isEqualTo(50);
        in(t, ". 101:101(0) ack 51 win 65535");
        t.close();
        out(t, TcpHeader.FIN | TcpHeader.ACK);
        in(t, "F. 101:101(0) ack 52 win 65535");
        out(t, TcpHeader.ACK);
        assertThat(t.state()).isEqualTo(TcpState.TIME_WAIT);
        assertThat(t.counters().get(Counter.TCP_SIGNED_IN)).isEqualTo(5);
        assertThat(t.counters().get(Counter.TCP_SIGNED_OUT)).isEqualTo(4);

        // The row in TIME-WAIT still asks for signatures, and signs.
        t.in("F. 101:101(0) ack 52 win 65535");
        t.nothing();
        in(t, "F. 101:101(0) ack 52 win 65535");
        out(t, TcpHeader.ACK);
    }

    @Test
    @Rfc(value = 2385, section = "2.0")
    void activeOpenIsSignedAndTakesSignedAnswersOnly() {
        var t = new Ladder(signed(Ladders.plain()));
        t.connect();
        out(t, TcpHeader.SYN);
        t.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        in(t, "S. 0:0(0) ack 1 win 65535 <mss 1000>", "another secret");
        t.in("R. 0:0(0) ack 1 win 0");
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        in(t, "S. 0:0(0) ack 1 win 65535 <mss 1000>");
        out(t, TcpHeader.ACK);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.info().details().authentication()).isEqualTo(TcpInfo.AuthInfo.md5(2, 1, 3));
        assertThat(t.info().details().text()).contains(" md5 signed 2/1 wrong 3");
    }

    @Test
    @Rfc(value = 2385, section = "2.0")
    void whatIsUnsignedOrWronglySignedIsDroppedWithoutAnswer() {
        Ladder t = open();
        t.in("P. 1:101(100) ack 1 win 65535");
        t.in("R. 1:1(0) ack 1 win 0");
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_AUTH_MISSING)).isEqualTo(3);
        in(t, "P. 1:101(100) ack 1 win 65535", "another secret");
        in(t, "R. 1:1(0) ack 1 win 0", "another secret");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_AUTH_WRONG)).isEqualTo(2);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.info().rcvNxt()).isEqualTo(1);
        in(t, "R. 1:1(0) ack 1 win 0");
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    @Rfc(value = 2385, section = "2.0")
    void listenerAndHalfOpenRowTakeSignedSegmentsOnly() {
        var t = new Ladder(signed(Ladders.plain()));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        in(t, "S 0:0(0) win 65535 <mss 1000>", "another secret");
        t.nothing();
        assertThat(t.tcp.rowCount()).isZero();
        in(t, "S 0:0(0) win 65535 <mss 1000>");
        out(t, TcpHeader.SYN | TcpHeader.ACK);
        t.in(". 1:1(0) ack 1 win 65535");
        t.in("R 1:1(0) win 0");
        t.nothing();
        assertThat(t.tcp.rowCount()).isEqualTo(1);
        // What it answers to a wrong acknowledgment is signed, too.
        in(t, ". 1:1(0) ack 77 win 65535");
        out(t, TcpHeader.RST);
        in(t, ". 1:1(0) ack 1 win 65535");
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 2385, section = "2.0")
    void signedSegmentWithoutKeyIsDropped() {
        var t = new Ladder(Ladders.plain());
        t.listen();
        in(t, "S 0:0(0) win 65535 <mss 1000>");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_AUTH_UNEXPECTED)).isEqualTo(1);
        assertThat(t.tcp.rowCount()).isZero();
        t = Ladders.open();
        in(t, "P. 1:101(100) ack 1 win 65535");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_AUTH_UNEXPECTED)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 2385, section = "4.1")
    void resetOfNobodysSegmentIsSignedByTheKeyOfTheHost() {
        var t = new Ladder(signed(Ladders.plain()));
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.nothing();
        assertThat(t.dropped(Drop.TCP_AUTH_MISSING)).isEqualTo(1);
        in(t, "S 0:0(0) win 65535 <mss 1000>");
        out(t, TcpHeader.RST | TcpHeader.ACK);
        t.listen();
        in(t, ". 5:5(0) ack 1 win 65535"); // bad in LISTEN
        out(t, TcpHeader.RST);
    }

    @Test
    @Rfc(value = 2385, section = "2.0")
    void challengeAckAndAbortAreSigned() {
        Ladder t = open();
        in(t, "R. 5:5(0) ack 1 win 0");
        out(t, TcpHeader.ACK);
        t.abort();
        out(t, TcpHeader.RST | TcpHeader.ACK);
        t.nothing();
    }

    @Test
    @Rfc(value = 2385, section = "2.0")
    void retransmissionIsSignedAnew() {
        Ladder t = open();
        t.write(100);
        Octets first = signature(out(t, TcpHeader.PSH | TcpHeader.ACK));
        in(t, "P. 1:11(10) ack 1 win 65535");
        t.after(200);
        t.ignore(); // the delayed ACK
        t.after(1300);
        // The acknowledgment in it is another one now, and so is the digest.
        TcpSegment again = out(t, TcpHeader.PSH | TcpHeader.ACK);
        assertThat(again.payload().length()).isEqualTo(100);
        assertThat(signature(again)).isNotEqualTo(first);
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void cookiesAreGivenAndTakenUnderSignature() {
        var config = Ladders.plain();
        var t = new Ladder(signed(config.withOpening(config.opening().withSynCookies(SynCookieUse.ALWAYS))));
        t.listen();
        in(t, "S 0:0(0) win 1000 <mss 1000>");
        out(t, TcpHeader.SYN | TcpHeader.ACK);
        assertThat(t.tcp.rowCount()).isZero();
        t.in(". 1:1(0) ack 1 win 1000");
        t.nothing();
        assertThat(t.tcp.rowCount()).isZero();
        in(t, ". 1:1(0) ack 1 win 1000");
        t.accept();
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    // ---- room --------------------------------------------------------------------------------------------------

    @Test
    @Rfc(value = 2385, section = "4.3")
    void optionComesOffTheSegmentSizeAndSegmentsAreCutOneByOne() {
        Ladder t = open();
        t.offloads(new Offloads(true, 65_535));
        assertThat(t.info().mss()).isEqualTo(980);
        t.write(2000);
        assertThat(out(t, TcpHeader.ACK).payload().length()).isEqualTo(980);
        assertThat(out(t, TcpHeader.ACK).payload().length()).isEqualTo(980);
        assertThat(out(t, TcpHeader.PSH | TcpHeader.ACK).payload().length()).isEqualTo(40);
        assertThat(t.segmentSizes).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(SynLayout.class)
    @Rfc(value = 2385, section = "4.4")
    void everyOptionOfASynFitsBesideTheSignature(SynLayout layout) {
        var config = TcpConfig.defaults();
        var t = new Ladder(signed(config.withSyn(config.syn().withLayout(layout))
                .withUserTimeout(UserTimeoutConfig.defaults().withEnabled(true))));
        t.connect();
        TcpSegment syn = out(t, TcpHeader.SYN);
        assertThat(syn.options()).hasAtLeastOneElementOfType(TcpOption.Mss.class);
        assertThat(syn.options()).hasAtLeastOneElementOfType(TcpOption.WindowScale.class);
        assertThat(syn.options()).hasAtLeastOneElementOfType(TcpOption.SackPermitted.class);
        assertThat(syn.options()).hasAtLeastOneElementOfType(TcpOption.Timestamps.class);
        assertThat(syn.options()).doesNotHaveAnyElementsOfTypes(TcpOption.UserTimeout.class); // no room is left
    }

    @ParameterizedTest
    @CsvSource({"false, 2", "true, 1"})
    @Rfc(value = 2385, section = "4.4")
    void sackBlocksTakeTheRoomThatIsLeft(boolean stamps, int blocks) {
        String options = stamps ? ",sackOK,TS val 100 ecr 0" : ",nop,nop,sackOK";
        Ladder t = open(Ladders.plain().withSack(true).withTimestamps(stamps), options);
        String stamp = stamps ? " <TS val 100 ecr *>" : "";
        for (int from = 101; from <= 501; from += 200) {
            in(t, ". " + from + ":" + (from + 100) + "(100) ack 1 win 65535" + stamp);
        }
        t.out(". 1:1(0) ack 1");
        t.out(". 1:1(0) ack 1");
        TcpSegment last = out(t, TcpHeader.ACK);
        List<TcpOption> found = new ArrayList<>(last.options());
        found.removeIf(option -> !(option instanceof TcpOption.Sack));
        assertThat(((TcpOption.Sack) found.getFirst()).blocks()).hasSize(blocks);
        assertThat(last.options().stream().anyMatch(TcpOption.Timestamps.class::isInstance))
                .isEqualTo(stamps);
    }

    @Test
    @Rfc(value = 9768, section = "3.2.3.3")
    void countersOfMarksStandBetweenSackBlocksAndTheSignature() {
        var t = new Ladder(signed(Ladders.plain().withSack(true).withEcn(EcnConfig.ACCURATE.withOption(true))));
        t.listen();
        in(t, "SEWA 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>");
        t.next();
        in(t, "W. 1:1(0) ack 1 win 65535");
        t.accept();
        t.ecn = Ecn.CE;
        in(t, "EA. 101:201(100) ack 1 win 65535");
        TcpSegment ack = t.next();
        assertThat(signature(ack)).isEqualTo(digest(ack, Ladder.HOST, Ladder.PEER, "secret of two"));
        assertThat(ack.options()).hasAtLeastOneElementOfType(TcpOption.Sack.class);
        assertThat(ack.options())
                .filteredOn(TcpOption.AccEcn.class::isInstance)
                .singleElement()
                .isEqualTo(new TcpOption.AccEcn(TcpOptions.ACC_ECN_0, List.of(1, 100)));
    }

    @Test
    void fastOpenIsNotForPeersWithKeys() {
        var t = new Ladder(signed(Ladders.plain())
                .withFastOpen(FastOpenConfig.OFF.withClient(true).withClientWithoutCookie(true)));
        t.connectWith(100);
        assertThat(out(t, TcpHeader.SYN).payload().length()).isZero();
        assertThat(t.tcp.fastOpenRoom(t.now, null, Ladder.PEER, t.config)).isZero();
        t = new Ladder(signed(Ladders.plain())
                .withFastOpen(FastOpenConfig.OFF.withServerQueue(4).withServerWithoutCookie(true)));
        t.listen();
        in(t, "S 0:100(100) win 65535 <mss 1000>");
        assertThat(out(t, TcpHeader.SYN | TcpHeader.ACK).acknowledgment()
                        - t.segment("S 0:0(0)").sequence())
                .isEqualTo(1);
    }

    @Test
    void keyThatAnOpenConnectionGetsIsUsedAtOnce() {
        Ladder t = Ladders.open();
        TcpConnection c = t.connection();
        t.tcp.configure(t.now, c, signed(c.config()));
        assertThat(t.info().mss()).isEqualTo(980);
        t.in("P. 1:101(100) ack 1 win 65535");
        assertThat(t.dropped(Drop.TCP_AUTH_MISSING)).isEqualTo(1);
        t.write(980);
        assertThat(out(t, TcpHeader.PSH | TcpHeader.ACK).payload().length()).isEqualTo(980);
    }

    // ---- the keys ----------------------------------------------------------------------------------------------

    @Test
    void longestPrefixHasTheKeyAndAmongEqualsTheOneWithAPort() {
        var all = key("0.0.0.0/0", 0, "a");
        var net = key("10.0.0.0/8", 0, "b");
        var port = key("10.0.0.0/8", 179, "c");
        var config = AuthConfig.of(all, net, port);
        var near = IpAddress.parse("10.1.1.1");
        var far = IpAddress.parse("192.0.2.1");
        assertThat(config.key(near.high(), near.low(), 179)).isEqualTo(port);
        assertThat(config.key(near.high(), near.low(), 80)).isEqualTo(net);
        assertThat(config.key(far.high(), far.low(), 179)).isEqualTo(all);
        var six = IpAddress.parse("fd00::1");
        assertThat(config.key(six.high(), six.low(), 179)).isNull();
        assertThat(config.concerns(six.high(), six.low())).isFalse();
    }

    @Test
    void keyIsNotShown() {
        assertThat(KEY).hasToString("10.0.0.2/32 md5 of 13 octets");
    }
}
