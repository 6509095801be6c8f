package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.Bytes;
import io.towpath.wire.Crc32c;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An established association at the mercy of a program of bytes: packets with the right tag and checksum
/// whose chunks hit its state, the calls of a reckless user, and time. Whatever the program, nothing is
/// thrown, no packet is lost and memory is bounded.
///
/// A program is a run of steps, each an [Op] and its operands; when the bytes end, the rest is zeros.
final class FuzzedAssociation {
    /// What a step does, by its first byte modulo their number.
    enum Op {
        /// Length (1), bytes: what comes after the common header.
        CHUNKS,
        /// Type (1), flags (1), length (1), bytes: a chunk whose length is right.
        CHUNK,
        /// Flags (1), TSN - the next one (2), stream (1), SSN (1), length (2), ppid or FSN (1): DATA or I-DATA.
        DATA,
        /// Cumulative TSN - what is acknowledged (2), window (2), number (1), start and length of each block
        /// (1 + 1).
        SACK,
        /// TSN - the next one (2), number (1), stream and number of each (1 + 2): FORWARD-TSN or I-FORWARD-TSN.
        FORWARD,
        /// Serial number - the next one (1), length (1), bytes: ASCONF.
        ASCONF,
        /// Serial number - the next one (1), length (1), bytes: ASCONF-ACK.
        ASCONF_ACK,
        /// Kind (1), number - the next one (1), length (1), bytes: RE-CONFIG with one parameter.
        RECONFIG,
        /// Tag (1), length (1), bytes of parameters: INIT.
        INIT,
        /// Place (1), xor (1): the cookie that was made last comes back.
        COOKIE,
        /// Length (1), bytes: a packet as it is.
        RAW,
        /// Exponent (1): time passes.
        TIME,
        /// Call (1), amount (2): the user does something.
        CALL;

        static final Op[] ALL = values();
    }

    private static final int BUFFER = 20_000;
    private static final int LIVES = 12;

    private static final SctpConfig CONFIG = SctpLadder.plain()
            .withBuffers(BUFFER, BUFFER)
            .withExtensions(
                    SctpExtensions.defaults().withPlainAddressChanges(true).withFailover(SctpFailover.quick()));

    private final boolean interleaving;
    private final Crc32c crc = new Crc32c();
    private SctpLadder t;
    private byte[] program = {};
    private int at;
    private int path;
    private int lives = LIVES;

    FuzzedAssociation(boolean interleaving) {
        this.interleaving = interleaving;
        t = open();
    }

    private SctpLadder open() {
        SctpFeatures features = SctpFeatures.defaults()
                .withEcn(true)
                .withAddressConfiguration(true)
                .withInterleaving(interleaving);
        var ladder = new SctpLadder(CONFIG.withFeatures(features), 2);
        List<SctpParameter> parameters = new ArrayList<>(ladder.peerAddresses());
        parameters.add(new SctpParameter.Bare(SctpParameters.ECN_CAPABLE));
        parameters.add(new SctpParameter.Bare(SctpParameters.FORWARD_TSN_SUPPORTED));
        parameters.add(SctpParameter.supportedExtensions(
                SctpChunks.FORWARD_TSN,
                SctpChunks.I_FORWARD_TSN,
                SctpChunks.I_DATA,
                SctpChunks.RECONFIG,
                SctpChunks.ASCONF,
                SctpChunks.ASCONF_ACK));
        ladder.listen();
        ladder.in(ladder.init(ladder.peerTag, 100_000, 10, 10, parameters));
        ladder.ignore();
        ladder.in(ladder.cookieEcho());
        ladder.ignore();
        ladder.accept();
        return ladder;
    }

    /// Runs a whole program and checks what must hold whatever it is.
    void run(byte[] bytes) {
        program = bytes;
        at = 0;
        while (at < program.length && lives > 0) {
            int code = u8();
            path = code >>> 7;
            step(Op.ALL[(code & 0x7f) % Op.ALL.length]);
            t.ignore();
            check();
            if (t.association().isClosed()) {
                lives--;
                t = open();
            }
        }
        t.after(100_000);
        t.abort();
        t.ignore();
        assertThat(t.association().isClosed()).isTrue();
    }

    private void check() {
        SctpInfo info = t.info();
        assertThat(info.receivedBytes()).isLessThanOrEqualTo(3L * BUFFER);
        assertThat(info.outstandingBytes()).isBetween(0L, (long) BUFFER);
        assertThat(info.peerRwnd()).isNotNegative();
        assertThat(info.paths().size()).isBetween(1, 32);
        assertThat(info.paths().stream().mapToLong(SctpInfo.PathInfo::flight).sum())
                .isEqualTo(info.outstandingBytes());
        assertThat(t.sctp.size()).isLessThanOrEqualTo(40);
    }

    private void step(Op op) {
        Association a = t.association();
        long next = (a.receiver == null ? 0 : a.receiver.tracker.cumulative()) + 1;
        switch (op) {
            case CHUNKS -> packet(t.hostTag, bytes(u8()));
            case CHUNK -> chunk(u8(), u8(), bytes(u8()));
            case DATA -> data(next);
            case SACK -> sack(a);
            case FORWARD -> forward(next);
            case ASCONF -> {
                int expected = a.addressChanges == null ? a.peerInitialTsn : a.addressChanges.expected();
                chunk(SctpChunks.ASCONF, 0, numbered(expected + (byte) u8(), bytes(u8())));
            }
            case ASCONF_ACK -> {
                int serial = a.addressChanges == null ? a.localInitialTsn : a.addressChanges.serial();
                chunk(SctpChunks.ASCONF_ACK, 0, numbered(serial + (byte) u8(), bytes(u8())));
            }
            case RECONFIG -> {
                int kind = 13 + u8() % 6;
                byte[] value = numbered(a.reconfiguration.expected + (byte) u8(), bytes(u8()));
                byte[] parameter = new byte[4 + value.length];
                System.arraycopy(
                        value,
                        0,
                        parameter,
                        SctpParameters.writeHead(parameter, 0, kind, parameter.length),
                        value.length);
                chunk(SctpChunks.RECONFIG, 0, parameter);
            }
            case INIT -> {
                byte[] value = new byte[16];
                Bytes.put32(value, 0, u8());
                Bytes.put32(value, 4, 100_000);
                Bytes.put32(value, 8, 10 << 16 | 10);
                byte[] parameters = bytes(u8());
                byte[] all = Arrays.copyOf(value, value.length + parameters.length);
                System.arraycopy(parameters, 0, all, value.length, parameters.length);
                packet(0, whole(SctpChunks.INIT, 0, all));
            }
            case COOKIE -> {
                byte[] cookie = t.cookie.clone();
                cookie[u8() % cookie.length] ^= (byte) u8();
                chunk(SctpChunks.COOKIE_ECHO, 0, cookie);
            }
            case RAW -> t.arrive(path, bytes(u8()));
            case TIME -> t.after(1 << u8() % 18);
            case CALL -> call(a);
        }
    }

    private static byte[] numbered(int number, byte[] rest) {
        byte[] b = new byte[4 + rest.length];
        Bytes.put32(b, 0, number);
        System.arraycopy(rest, 0, b, 4, rest.length);
        return b;
    }

    private void data(long next) {
        int flags = u8() & 0xf;
        int tsn = (int) next + (short) u16() / 64;
        int stream = u8() % 12;
        int ssn = u8();
        int length = 1 + u16() % 1400;
        int fsn = u8();
        byte[] value = new byte[(interleaving ? 16 : 12) + length];
        Bytes.put32(value, 0, tsn);
        Bytes.put16(value, 4, stream);
        if (interleaving) {
            Bytes.put32(value, 8, ssn);
            Bytes.put32(value, 12, fsn);
        } else {
            Bytes.put16(value, 6, ssn);
        }
        chunk(interleaving ? SctpChunks.I_DATA : SctpChunks.DATA, flags, value);
    }

    private void sack(Association a) {
        int cumulative = (int) a.outstanding.cumAcked() + (short) u16() / 256;
        int window = u16();
        int blocks = u8() % 6;
        byte[] value = new byte[12 + 4 * blocks];
        Bytes.put32(value, 0, cumulative);
        Bytes.put32(value, 4, window);
        Bytes.put16(value, 8, blocks);
        int end = 0;
        for (int i = 0; i < blocks; i++) {
            int start = end + u8() % 8;
            end = start + u8() % 8;
            Bytes.put16(value, 12 + 4 * i, start);
            Bytes.put16(value, 14 + 4 * i, end);
        }
        chunk(SctpChunks.SACK, 0, value);
    }

    private void forward(long next) {
        int tsn = (int) next + (short) u16() / 64;
        int streams = u8() % 5;
        int row = interleaving ? 8 : 4;
        byte[] value = new byte[4 + row * streams];
        Bytes.put32(value, 0, tsn);
        for (int i = 0; i < streams; i++) {
            Bytes.put16(value, 4 + row * i, u8() % 12);
            Bytes.put16(value, row + row * i + 2, u16());
        }
        chunk(interleaving ? SctpChunks.I_FORWARD_TSN : SctpChunks.FORWARD_TSN, 0, value);
    }

    private void call(Association a) {
        int call = u8();
        int amount = u16();
        var options = SendOptions.stream(amount % 10).withUnordered((amount & 64) != 0);
        switch (call % 12) {
            case 0, 1, 2 -> t.trySend(options, 1 + amount % 6000);
            case 3, 4 -> t.messages();
            case 5 -> t.trySend(options.withPolicy(SendOptions.Policy.RETRANSMISSIONS, amount % 3), 1 + amount % 3000);
            case 6 -> t.sctp.resetOutgoing(t.now, a, amount % 10);
            case 7 -> t.sctp.addIncoming(t.now, a, 1 + amount % 4);
            case 8 -> t.sctp.addAddress(t.now, a, IpAddress.parse("0.0.0.0"));
            case 9 -> t.sctp.removeAddress(t.now, a, t.own.get(amount % 2));
            case 10 -> t.sctp.setPrimary(t.now, a, t.peers.get(amount % 2));
            default -> {
                if (amount % 8 == 0) {
                    t.shutdown();
                }
            }
        }
    }

    private static byte[] whole(int type, int flags, byte[] value) {
        byte[] b = new byte[SctpChunks.padded(SctpChunks.HEAD + value.length)];
        System.arraycopy(
                value, 0, b, SctpChunks.writeHead(b, 0, type, flags, SctpChunks.HEAD + value.length), value.length);
        return b;
    }

    private void chunk(int type, int flags, byte[] value) {
        packet(t.hostTag, whole(type, flags, value));
    }

    private void packet(long tag, byte[] chunks) {
        byte[] b = new byte[SctpHeader.LENGTH + chunks.length];
        SctpHeader.write(b, 0, SctpLadder.PEER_PORT, SctpLadder.HOST_PORT, (int) tag);
        System.arraycopy(chunks, 0, b, SctpHeader.LENGTH, chunks.length);
        SctpHeader.writeChecksum(b, 0, b.length, crc);
        t.arrive(path, b);
    }

    private int u8() {
        return at < program.length ? program[at++] & 0xff : 0;
    }

    private int u16() {
        return u8() << 8 | u8();
    }

    private byte[] bytes(int n) {
        byte[] taken = new byte[n];
        for (int i = 0; i < n; i++) {
            taken[i] = (byte) u8();
        }
        return taken;
    }
}
