package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.NetworkError;
import io.towpath.core.Offloads;
import io.towpath.tcp.config.AoAlgorithm;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.tcp.config.MasterKey;
import io.towpath.tcp.config.PeerKey;
import io.towpath.tcp.config.SynCookieUse;
import io.towpath.tcp.config.UserTimeoutConfig;
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
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/// The authentication option: RFC 5925. The peer computes its codes by the JDK alone.
class AuthenticationTest {
    /// What the host has: segments of the peer come under 61, those to it leave under 84.
    private static final MasterKey OLD = key(84, 61, "old secret");

    private static final MasterKey NEW = key(85, 62, "new secret");

    private static MasterKey key(int sendId, int receiveId, String secret) {
        return MasterKey.of(
                Prefix.parse("10.0.0.2/32"), sendId, receiveId, Octets.of(secret.getBytes(StandardCharsets.US_ASCII)));
    }

    private static TcpConfig signed(TcpConfig config, MasterKey... keys) {
        return config.withAuthentication(AuthConfig.NONE.withMasterKeys(keys));
    }

    // ---- the peer ----------------------------------------------------------------------------------------------

    /// A ladder whose peer signs.
    private static final class Signed {
        final Ladder t;
        MasterKey key = OLD;
        /// The key that the peer asks for: a SendID of the host.
        int next = OLD.sendId();
        boolean withOptions = true;
        private final long peerIss;
        private long hostIss;

        Signed(TcpConfig config) {
            t = new Ladder(config);
            peerIss = t.segment("S 0:0(0)").sequence();
        }

        void in(String notation) {
            TcpSegment plain = t.segment(notation);
            t.inject(sign(plain).emit(Ladder.PEER, Ladder.HOST), 0);
        }

        TcpSegment sign(TcpSegment plain) {
            boolean first = (plain.flags() & (TcpHeader.SYN | TcpHeader.ACK)) == TcpHeader.SYN;
            boolean alone = plain.has(TcpHeader.RST) && plain.sequence() == 0;
            long own = alone ? 0 : peerIss;
            TcpSegment blank = with(plain, key.receiveId(), next, Octets.of(new byte[12]));
            int extension = !alone && plain.sequence() < peerIss ? 1 : 0; // begins shortly before it wraps
            Octets code = code(blank, Ladder.PEER, Ladder.HOST, own, first ? 0 : hostIss, extension);
            return with(plain, key.receiveId(), next, code);
        }

        static TcpSegment with(TcpSegment plain, int keyId, int nextId, Octets code) {
            List<TcpOption> options = new ArrayList<>(plain.options());
            options.add(new TcpOption.Authentication(keyId, nextId, code));
            return plain.with(options.toArray(TcpOption[]::new));
        }

        Octets code(TcpSegment blank, IpAddress from, IpAddress to, long fromIsn, long toIsn, int extension) {
            byte[] addresses = concat(from.toBytes(), to.toBytes());
            byte[] context = ByteBuffer.allocate(12)
                    .putShort((short) blank.sourcePort())
                    .putShort((short) blank.destinationPort())
                    .putInt((int) fromIsn)
                    .putInt((int) toIsn)
                    .array();
            byte[] label = concat(new byte[] {1}, "TCP-AO".getBytes(StandardCharsets.US_ASCII));
            byte[] traffic =
                    hmac(key.secret().toArray(), concat(label, addresses, context, new byte[] {0, (byte) 160}));
            byte[] whole = blank.emit(from, to);
            whole[16] = 0;
            whole[17] = 0;
            byte[] head = ByteBuffer.allocate(4).putInt(extension).array();
            byte[] rest = ByteBuffer.allocate(4)
                    .putShort((short) 6)
                    .putShort((short) whole.length)
                    .array();
            byte[] covered = whole;
            if (!withOptions) {
                int text = (whole[12] & 0xf0) >> 2;
                covered = concat(
                        Arrays.copyOf(whole, 20),
                        Arrays.copyOfRange(whole, text - 16, text),
                        Arrays.copyOfRange(whole, text, whole.length));
            }
            return Octets.of(Arrays.copyOf(hmac(traffic, concat(head, addresses, rest, covered)), 12));
        }

        private static byte[] hmac(byte[] key, byte[] text) {
            try {
                Mac mac = Mac.getInstance("HmacSHA1");
                mac.init(new SecretKeySpec(key, "HmacSHA1"));
                return mac.doFinal(text);
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }

        private static byte[] concat(byte[]... parts) {
            byte[] whole = new byte[0];
            for (byte[] part : parts) {
                byte[] longer = Arrays.copyOf(whole, whole.length + part.length);
                System.arraycopy(part, 0, longer, whole.length, part.length);
                whole = longer;
            }
            return whole;
        }

        /// The host must have sent a segment next that is rightly signed, with these flags.
        TcpSegment out(int flags) {
            TcpSegment s = t.next();
            assertThat(s.flags()).isEqualTo(flags);
            if (s.has(TcpHeader.SYN)) {
                hostIss = s.sequence();
            }
            boolean first = (flags & (TcpHeader.SYN | TcpHeader.ACK)) == TcpHeader.SYN;
            boolean alone = s.has(TcpHeader.RST) && s.sequence() == 0;
            TcpOption.Authentication option = option(s);
            assertThat(option.keyId()).isEqualTo(key.sendId());
            TcpSegment blank = replaced(
                    s, new TcpOption.Authentication(option.keyId(), option.nextKeyId(), Octets.of(new byte[12])));
            assertThat(option.code())
                    .isEqualTo(code(blank, Ladder.HOST, Ladder.PEER, alone ? 0 : hostIss, first ? 0 : peerIss, 0));
            return s;
        }

        private static TcpSegment replaced(TcpSegment s, TcpOption by) {
            return s.with(s.options().stream()
                    .map(option -> option instanceof TcpOption.Authentication ? by : option)
                    .toArray(TcpOption[]::new));
        }
    }

    private static TcpOption.Authentication option(TcpSegment s) {
        for (TcpOption option : s.options()) {
            if (option instanceof TcpOption.Authentication found) {
                return found;
            }
        }
        throw new AssertionError("not signed: " + s);
    }

    private static Signed open(TcpConfig config) {
        var p = new Signed(config);
        p.t.listen();
        p.in("S 0:0(0) win 65535 <mss 1000>");
        p.out(TcpHeader.SYN | TcpHeader.ACK);
        p.in(". 1:1(0) ack 1 win 65535");
        p.t.accept();
        return p;
    }

    private static Signed open() {
        return open(signed(Ladders.plain(), OLD));
    }

    private static TcpInfo.AuthInfo info(Ladder t) {
        return t.info().details().authentication();
    }

    // ---- connections -------------------------------------------------------------------------------------------

    @Test
    @Rfc(value = 5925, section = "7.3")
    void passiveOpenDataAndCloseAreSignedBothWays() {
        Signed p = open();
        p.in("P. 1:101(100) ack 1 win 65535");
        p.t.read(100);
        p.t.write(50);
        TcpSegment data = p.out(TcpHeader.PSH | TcpHeader.ACK);
        assertThat(data.payload().length()).isEqualTo(50);
        assertThat(option(data).nextKeyId()).isEqualTo(OLD.receiveId());
        p.in(". 101:101(0) ack 51 win 65535");
        p.t.close();
        p.out(TcpHeader.FIN | TcpHeader.ACK);
        p.in("F. 101:101(0) ack 52 win 65535");
        p.out(TcpHeader.ACK);
        assertThat(p.t.state()).isEqualTo(TcpState.TIME_WAIT);
        assertThat(p.t.counters().get(Counter.TCP_SIGNED_IN)).isEqualTo(5);
        assertThat(p.t.counters().get(Counter.TCP_SIGNED_OUT)).isEqualTo(4);

        // The row in TIME-WAIT still asks for codes, and signs.
        p.t.in("F. 101:101(0) ack 52 win 65535");
        p.t.nothing();
        p.in("F. 101:101(0) ack 52 win 65535");
        p.out(TcpHeader.ACK);
    }

    @Test
    @Rfc(value = 5925, section = "7.5")
    void activeOpenIsSignedAndTakesSignedAnswersOnly() {
        var p = new Signed(signed(Ladders.plain(), OLD));
        p.t.connect();
        TcpSegment syn = p.out(TcpHeader.SYN);
        assertThat(option(syn).nextKeyId()).isEqualTo(OLD.receiveId());
        p.t.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        p.t.in("R. 0:0(0) ack 1 win 0");
        p.key = key(84, 61, "another secret");
        p.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        p.t.nothing();
        assertThat(p.t.dropped(Drop.TCP_AUTH_MISSING)).isEqualTo(2);
        assertThat(p.t.dropped(Drop.TCP_AUTH_WRONG)).isEqualTo(1);
        assertThat(p.t.state()).isEqualTo(TcpState.SYN_SENT);
        p.key = OLD;
        p.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        p.out(TcpHeader.ACK);
        assertThat(p.t.state()).isEqualTo(TcpState.ESTABLISHED);
        p.t.write(10);
        p.out(TcpHeader.PSH | TcpHeader.ACK);
        assertThat(info(p.t)).isEqualTo(new TcpInfo.AuthInfo("hmac-sha-1-96", 84, 61, 61, 84, 3, 1, 1));
        assertThat(p.t.info().details().text()).contains(" hmac-sha-1-96 keys out 84 asked 61 in 61 wanted 84");
    }

    @Test
    @Rfc(value = 5925, section = "7.5")
    void refusalOfASynIsSigned() {
        var p = new Signed(signed(Ladders.plain(), OLD));
        p.t.connect();
        p.out(TcpHeader.SYN);
        // <SEQ=0><ACK=SEG.SEQ+1><CTL=RST,ACK>: who refuses has no ISN, and zero stands for it.
        TcpSegment reset = p.t.segment("R. 0:0(0) ack 1 win 0");
        TcpSegment refusal = p.sign(new TcpSegment(
                reset.sourcePort(),
                reset.destinationPort(),
                0,
                reset.acknowledgment(),
                reset.flags(),
                0,
                0,
                List.of(),
                Octets.EMPTY));
        p.t.inject(refusal.emit(Ladder.PEER, Ladder.HOST), 0);
        assertThat(p.t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(p.t.connection().error()).isEqualTo(TcpError.REFUSED);
    }

    @Test
    @Rfc(value = 5925, section = "7.7")
    void nobodysSynIsRefusedUnderSignatureAndAllElseIsSilentlyDropped() {
        var p = new Signed(signed(Ladders.plain(), OLD));
        p.t.in("S 0:0(0) win 65535 <mss 1000>");
        p.t.nothing();
        p.in("S 0:0(0) win 65535 <mss 1000>");
        TcpSegment reset = p.out(TcpHeader.RST | TcpHeader.ACK);
        assertThat(reset.sequence()).isZero();
        p.in("P. 1:101(100) ack 1 win 65535");
        p.t.nothing();
        assertThat(p.t.dropped(Drop.TCP_AUTH_NO_STATE)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 5925, section = "7.5")
    void whatIsUnsignedOrWronglySignedIsDroppedWithoutAnswer() {
        Signed p = open();
        p.t.in("P. 1:101(100) ack 1 win 65535");
        p.t.in("R. 1:1(0) ack 1 win 0");
        p.t.in("S 0:0(0) win 65535 <mss 1000>");
        p.t.nothing();
        assertThat(p.t.dropped(Drop.TCP_AUTH_MISSING)).isEqualTo(3);
        p.key = key(84, 61, "another secret");
        p.in("R. 1:1(0) ack 1 win 0");
        p.t.nothing();
        assertThat(p.t.dropped(Drop.TCP_AUTH_WRONG)).isEqualTo(1);
        p.key = NEW;
        p.in("R. 1:1(0) ack 1 win 0");
        p.t.nothing();
        assertThat(p.t.dropped(Drop.TCP_AUTH_NO_KEY)).isEqualTo(1);
        assertThat(p.t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(info(p.t).wrong()).isEqualTo(1);
        p.key = OLD;
        p.in("R. 1:1(0) ack 1 win 0");
        assertThat(p.t.state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    @Rfc(value = 5925, section = "2.2")
    void twoOptionsOrOneBesideMd5OrOfAnotherLengthAreDropped() {
        Signed p = open();
        TcpSegment good = p.sign(p.t.segment("R. 1:1(0) ack 1 win 0"));
        TcpOption.Authentication option = option(good);
        p.t.inject(good.with(option, option).emit(Ladder.PEER, Ladder.HOST), 0);
        p.t.inject(
                good.with(new TcpOption.Opaque(TcpOptions.MD5, Octets.of(new byte[16])), option)
                        .emit(Ladder.PEER, Ladder.HOST),
                0);
        p.t.inject(
                good.with(new TcpOption.Authentication(61, 84, Octets.of(new byte[8])))
                        .emit(Ladder.PEER, Ladder.HOST),
                0);
        assertThat(p.t.dropped(Drop.TCP_AUTH_WRONG)).isEqualTo(3);
        assertThat(p.t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 5925, section = "2.2")
    void twoOptionsAreDroppedFromAPeerWithoutKeysToo() {
        var p = new Signed(Ladders.plain());
        p.t.listen();
        TcpSegment good = p.sign(p.t.segment("S 0:0(0) win 65535"));
        TcpOption.Authentication option = option(good);
        p.t.inject(good.with(option, option).emit(Ladder.PEER, Ladder.HOST), 0);
        p.t.nothing();
        assertThat(p.t.dropped(Drop.TCP_AUTH_WRONG)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 5925, section = "6.2")
    void segmentOfARoundBeforeIsNoneOfThisRound() {
        // The peer's numbers wrap at 256: everything in this test comes behind that, in round 1.
        Signed p = open();
        for (int at = 1; at < 2001; at += 500) {
            p.in("P. " + at + ":" + (at + 500) + "(500) ack 1 win 65535");
            p.t.read(500);
        }
        assertThat(p.t.info().rcvNxt()).isEqualTo(2001);
        assertThat(p.t.dropped(Drop.TCP_AUTH_WRONG)).isZero();
        // A duplicate of round 0 is still right, and moves nothing back.
        p.in("P. 1:101(100) ack 1 win 65535");
        p.in("P. 2001:2101(100) ack 1 win 65535");
        assertThat(p.t.dropped(Drop.TCP_AUTH_WRONG)).isZero();
        assertThat(p.t.info().rcvNxt()).isEqualTo(2101);
    }

    @Test
    @Rfc(value = 5925, section = "7.2")
    void simultaneousOpenIsSigned() {
        var p = new Signed(signed(Ladders.plain(), OLD));
        p.t.connect();
        p.out(TcpHeader.SYN);
        p.in("S 0:0(0) win 65535 <mss 1000>");
        p.out(TcpHeader.SYN | TcpHeader.ACK);
        p.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        assertThat(p.t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 5925, section = "7.5")
    void newIncarnationIsJudgedByTheListener() {
        Signed p = open();
        p.t.close();
        p.out(TcpHeader.FIN | TcpHeader.ACK);
        p.in("F. 1:1(0) ack 2 win 65535");
        p.out(TcpHeader.ACK);
        assertThat(p.t.state()).isEqualTo(TcpState.TIME_WAIT);
        p.t.in("S 5000:5000(0) win 65535 <mss 1000>");
        p.t.nothing();
        var again = p.t.segment("S 5000:5000(0) win 65535 <mss 1000>");
        var q = new Signed(signed(Ladders.plain(), OLD));
        TcpSegment blank = Signed.with(again, 61, 84, Octets.of(new byte[12]));
        Octets code = q.code(blank, Ladder.PEER, Ladder.HOST, again.sequence(), 0, 0);
        p.t.inject(Signed.with(again, 61, 84, code).emit(Ladder.PEER, Ladder.HOST), 0);
        assertThat(p.t.next().flags()).isEqualTo(TcpHeader.SYN | TcpHeader.ACK);
    }

    @Test
    @Rfc(value = 5925, section = "7.5")
    void rowInTimeWaitWithoutAListenerJudgesSynsItself() {
        var p = new Signed(Ladders.plain());
        p.t.config = signed(Ladders.plain(), OLD); // the host itself has no key
        p.t.connect();
        p.out(TcpHeader.SYN);
        p.in("S. 0:0(0) ack 1 win 65535 <mss 1000>");
        p.out(TcpHeader.ACK);
        p.t.close();
        p.out(TcpHeader.FIN | TcpHeader.ACK);
        p.in("F. 1:1(0) ack 2 win 65535");
        p.out(TcpHeader.ACK);
        p.t.in("S 5:5(0) win 65535 <mss 1000>");
        p.t.nothing();
        assertThat(p.t.dropped(Drop.TCP_AUTH_MISSING)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 5925, section = "7.3")
    void challengeAckAndAbortAreSigned() {
        Signed p = open();
        p.in("R. 5:5(0) ack 1 win 0");
        p.out(TcpHeader.ACK);
        p.t.abort();
        p.out(TcpHeader.RST | TcpHeader.ACK);
        p.t.nothing();
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void cookiesAreGivenAndTakenUnderSignature() {
        var config = Ladders.plain();
        var p = new Signed(signed(config.withOpening(config.opening().withSynCookies(SynCookieUse.ALWAYS)), OLD));
        p.t.listen();
        p.in("S 0:0(0) win 1000 <mss 1000>");
        p.out(TcpHeader.SYN | TcpHeader.ACK);
        assertThat(p.t.tcp.rowCount()).isZero();
        p.t.in(". 1:1(0) ack 1 win 1000");
        p.key = key(84, 61, "another secret");
        p.in(". 1:1(0) ack 1 win 1000");
        p.t.nothing();
        assertThat(p.t.tcp.rowCount()).isZero();
        p.key = OLD;
        p.in("P. 1:11(10) ack 1 win 1000");
        p.t.accept();
        assertThat(p.t.state()).isEqualTo(TcpState.ESTABLISHED);
        p.t.read(10);
        p.t.write(10);
        p.out(TcpHeader.PSH | TcpHeader.ACK);
    }

    // ---- other keys --------------------------------------------------------------------------------------------

    @Test
    @Rfc(value = 5925, section = "7.5")
    void keysRollOverWithoutALostSegment() {
        Signed p = open();
        TcpConnection c = p.t.connection();
        // The host learns of the new key, and asks for it.
        p.t.tcp.configure(p.t.now, c, signed(c.config(), NEW, OLD));
        p.t.write(10);
        assertThat(option(p.out(TcpHeader.PSH | TcpHeader.ACK)).nextKeyId()).isEqualTo(NEW.receiveId());
        // The peer does not have it yet.
        p.in("P. 1:11(10) ack 11 win 65535");
        // Now it has, signs with it, and asks for it.
        p.key = NEW;
        p.next = NEW.sendId();
        p.in("P. 11:21(10) ack 11 win 65535");
        p.t.after(300);
        p.out(TcpHeader.ACK);
        assertThat(info(p.t).keyId()).isEqualTo(NEW.sendId());
        assertThat(p.t.counters().get(Counter.TCP_KEYS_ROLLED)).isEqualTo(1);
        assertThat(p.t.events).contains(new TcpEvent.KeyChanged(p.t.now - 300_000_000L, c.id(), 85, 62));
        // What was under way with the old one still counts; and a key of which nobody knows changes nothing.
        p.key = OLD;
        p.next = 99;
        p.in("P. 21:31(10) ack 11 win 65535");
        assertThat(p.t.info().rcvNxt()).isEqualTo(31);
        assertThat(info(p.t).keyId()).isEqualTo(NEW.sendId());
        // Then it is gone.
        p.t.tcp.configure(p.t.now, c, signed(c.config(), NEW));
        p.t.tcp.configure(p.t.now, c, signed(c.config(), NEW));
        p.in("P. 31:41(10) ack 11 win 65535");
        assertThat(p.t.dropped(Drop.TCP_AUTH_NO_KEY)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 5925, section = "7.1")
    void userMaySayUnderWhichKeyToSend() {
        Signed p = open(signed(Ladders.plain(), OLD, NEW));
        TcpConnection c = p.t.connection();
        assertThat(p.t.tcp.signUnder(p.t.now, c, 99)).isFalse();
        assertThat(p.t.tcp.signUnder(p.t.now, c, NEW.sendId())).isTrue();
        p.key = NEW;
        p.t.write(10);
        assertThat(option(p.out(TcpHeader.PSH | TcpHeader.ACK)).nextKeyId()).isEqualTo(OLD.receiveId());
        assertThat(new Ladder().tcp.signUnder(0, Ladders.open().connection(), 1))
                .isFalse();
    }

    @Test
    @Rfc(value = 5925, section = "7.5")
    void answerToASynIsUnderTheKeyThatItAsksFor() {
        var p = new Signed(signed(Ladders.plain(), OLD, NEW));
        p.t.listen();
        p.next = NEW.sendId();
        p.in("S 0:0(0) win 65535 <mss 1000>");
        p.key = NEW;
        assertThat(option(p.out(TcpHeader.SYN | TcpHeader.ACK)).nextKeyId()).isEqualTo(OLD.receiveId());
    }

    @Test
    @Rfc(value = 5925, section = "3.1")
    void connectionKeepsTheKeysThatTheSettingsForget() {
        Signed p = open();
        TcpConnection c = p.t.connection();
        p.t.tcp.configure(p.t.now, c, Ladders.plain());
        p.in("P. 1:11(10) ack 1 win 65535");
        assertThat(p.t.info().rcvNxt()).isEqualTo(11);
        p.t.in("R. 11:11(0) ack 1 win 0");
        assertThat(p.t.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @Rfc(value = 5925, section = "7.2")
    void connectionThatBeganWithoutKeysGoesOnWithoutThem() {
        Ladder t = Ladders.open();
        TcpConnection c = t.connection();
        t.tcp.configure(t.now, c, signed(c.config(), OLD));
        t.in("P. 1:11(10) ack 1 win 65535");
        t.write(10);
        t.out("P. 1:11(10) ack 11");
        assertThat(info(t)).isEqualTo(TcpInfo.AuthInfo.NONE);
    }

    @Test
    @Rfc(value = 5925, section = "7.3")
    void signedSegmentOfAPeerWithoutKeysIsTakenAsUnsignedUnlessConfigured() {
        var p = new Signed(Ladders.plain());
        p.t.listen();
        p.in("S 0:0(0) win 65535 <mss 1000>");
        assertThat(p.t.next().options()).noneMatch(TcpOption.Authentication.class::isInstance);
        p = new Signed(Ladders.plain().withAuthentication(AuthConfig.NONE.withUnmatchedAccepted(false)));
        p.t.listen();
        p.in("S 0:0(0) win 65535 <mss 1000>");
        p.t.nothing();
        assertThat(p.t.dropped(Drop.TCP_AUTH_UNEXPECTED)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 5925, section = "7.8")
    void hardIcmpErrorsAboutOpenConnectionsAreIgnoredUnlessConfigured() {
        Signed p = open();
        p.t.write(100);
        p.out(TcpHeader.PSH | TcpHeader.ACK);
        for (var kind : List.of(
                NetworkError.Kind.PORT_UNREACHABLE,
                NetworkError.Kind.PROTOCOL_UNREACHABLE,
                NetworkError.Kind.TOO_BIG)) {
            p.t.icmp(kind, 576, 1);
        }
        assertThat(p.t.connection().softError).isNull();
        assertThat(p.t.info().details().pathMtu()).isEqualTo(1500);
        assertThat(p.t.counters().get(Counter.TCP_SIGNED_ICMP_IGNORED)).isEqualTo(3);
        p.t.icmp(NetworkError.Kind.HOST_UNREACHABLE, 0, 1);
        assertThat(p.t.connection().softError).isEqualTo(TcpError.HOST_UNREACHABLE);

        var config = Ladders.plain();
        p = open(config.withAuthentication(AuthConfig.NONE.withMasterKeys(OLD).withIcmpIgnored(false)));
        p.t.write(100);
        p.out(TcpHeader.PSH | TcpHeader.ACK);
        p.t.icmp(NetworkError.Kind.PORT_UNREACHABLE, 0, 1);
        assertThat(p.t.connection().softError).isEqualTo(TcpError.PORT_UNREACHABLE);
        // Before it is open they count.
        p = new Signed(signed(config, OLD));
        p.t.connect();
        p.out(TcpHeader.SYN);
        p.t.icmp(NetworkError.Kind.PORT_UNREACHABLE, 0, 0);
        assertThat(p.t.state()).isEqualTo(TcpState.CLOSED);
    }

    // ---- room --------------------------------------------------------------------------------------------------

    @Test
    @Rfc(value = 5925, section = "7.6")
    void optionComesOffTheSegmentSizeAndSegmentsAreCutOneByOne() {
        Signed p = open();
        p.t.offloads(new Offloads(true, 65_535));
        assertThat(p.t.info().mss()).isEqualTo(984);
        p.t.write(2000);
        assertThat(p.out(TcpHeader.ACK).payload().length()).isEqualTo(984);
        assertThat(p.out(TcpHeader.ACK).payload().length()).isEqualTo(984);
        assertThat(p.out(TcpHeader.PSH | TcpHeader.ACK).payload().length()).isEqualTo(32);
        assertThat(p.t.segmentSizes).containsOnly(0);
    }

    @Test
    @Rfc(value = 5925, section = "7.6")
    void everyOptionOfASynFitsBesideTheCodeAndSoDoesOneSackBlock() {
        var config = TcpConfig.defaults()
                .withUserTimeout(UserTimeoutConfig.defaults().withEnabled(true));
        var p = new Signed(signed(config, OLD));
        p.t.connect();
        TcpSegment syn = p.out(TcpHeader.SYN);
        assertThat(syn.options()).hasAtLeastOneElementOfType(TcpOption.Mss.class);
        assertThat(syn.options()).hasAtLeastOneElementOfType(TcpOption.WindowScale.class);
        assertThat(syn.options()).hasAtLeastOneElementOfType(TcpOption.SackPermitted.class);
        assertThat(syn.options()).hasAtLeastOneElementOfType(TcpOption.Timestamps.class);
        assertThat(syn.options()).hasAtLeastOneElementOfType(TcpOption.UserTimeout.class);
        p.in("S. 0:0(0) ack 1 win 65535 <mss 1000,sackOK,TS val 100 ecr *>");
        p.out(TcpHeader.ACK);
        p.in(". 101:201(100) ack 1 win 65535 <TS val 100 ecr *>");
        p.in(". 301:401(100) ack 1 win 65535 <TS val 100 ecr *>");
        p.out(TcpHeader.ACK);
        TcpSegment last = p.out(TcpHeader.ACK);
        assertThat(last.options())
                .filteredOn(TcpOption.Sack.class::isInstance)
                .singleElement()
                .satisfies(sack -> assertThat(((TcpOption.Sack) sack).blocks()).hasSize(1));
    }

    @Test
    @Rfc(value = 5925, section = "5.1")
    void otherOptionsAreNotSignedWhenTheKeySaysSo() {
        var bare = new MasterKey(OLD.peer(), 0, 84, 61, AoAlgorithm.HMAC_SHA_1_96, false, OLD.secret());
        var p = new Signed(signed(Ladders.plain().withTimestamps(true), bare));
        p.withOptions = false;
        p.t.listen();
        p.in("S 0:0(0) win 65535 <mss 1000,nop,nop,TS val 100 ecr 0>");
        p.out(TcpHeader.SYN | TcpHeader.ACK);
        p.in(". 1:1(0) ack 1 win 65535 <nop,nop,TS val 100 ecr *>");
        p.t.accept();
        p.t.write(10);
        p.out(TcpHeader.PSH | TcpHeader.ACK);
    }

    @Test
    void fastOpenIsNotForPeersWithKeys() {
        var p = new Signed(signed(Ladders.plain(), OLD)
                .withFastOpen(FastOpenConfig.OFF.withClient(true).withClientWithoutCookie(true)));
        p.t.connectWith(100);
        assertThat(p.t.tcp.fastOpenRoom(p.t.now, null, Ladder.PEER, p.t.config)).isZero();
        p = new Signed(signed(Ladders.plain(), OLD)
                .withFastOpen(FastOpenConfig.OFF.withServerQueue(4).withServerWithoutCookie(true)));
        p.t.listen();
        p.in("S 0:100(100) win 65535 <mss 1000>");
        assertThat(p.out(TcpHeader.SYN | TcpHeader.ACK).acknowledgment()
                        - p.t.segment("S 0:0(0)").sequence())
                .isEqualTo(1);
    }

    @Test
    @Rfc(value = 5925, section = "2.2")
    void peerWithKeysOfBothKindsIsOneOfThisOption() {
        var md5 = new PeerKey(Prefix.parse("10.0.0.2/32"), 0, OLD.secret());
        var p = new Signed(Ladders.plain().withAuthentication(AuthConfig.of(md5).withMasterKeys(OLD)));
        p.t.connect();
        assertThat(p.out(TcpHeader.SYN).options()).noneMatch(TcpOption.Opaque.class::isInstance);
    }

    // ---- the keys ----------------------------------------------------------------------------------------------

    @Test
    @Rfc(value = 5925, section = "3.1")
    void keysOfOnePeerHaveDifferentNumbers() {
        assertThatThrownBy(() -> AuthConfig.NONE.withMasterKeys(OLD, key(84, 62, "x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AuthConfig.NONE.withMasterKeys(OLD, key(85, 61, "x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AuthConfig.NONE.withMasterKeys(
                        OLD, MasterKey.of(Prefix.parse("10.0.0.0/8"), 84, 62, OLD.secret())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(AuthConfig.NONE
                        .withMasterKeys(OLD, MasterKey.of(Prefix.parse("10.0.0.3/32"), 84, 61, OLD.secret()))
                        .masterKeys())
                .hasSize(2);
    }

    @Test
    void secretIsNotShown() {
        assertThat(OLD).hasToString("10.0.0.2/32 keys 84/61 hmac-sha-1-96 of 10 octets");
    }
}
