package io.towpath.tcp.ecn;

import io.towpath.wire.Bytes;
import io.towpath.wire.TcpOptions;

/// The byte counters of Accurate ECN and the option that tells them (RFC 9768 §3.2.3): how many bytes of data
/// came in packets of each ECN field, modulo 2^24.
///
/// ```text
/// | kind 172 | length | EE0B, 3 octets | ECEB, 3 octets | EE1B, 3 octets |     order 0
/// | kind 174 | length | EE1B, 3 octets | ECEB, 3 octets | EE0B, 3 octets |     order 1
/// ```
///
/// Counters at the end that did not change may be left out: with two of them the option is eight octets.
public final class ByteCounters {
    /// Octets of the option with all counters, padding counted.
    public static final int WHOLE = 12;

    /// Octets of the option with two counters.
    static final int SHORT = 8;

    private static final int FIELD = 3;
    private static final int MODULUS = 1 << 24;

    /// While the same counter goes on, every so many ACKs tell it (§3.2.3.3: n "can be chosen by the
    /// implementer").
    private static final int ACKS = 3;

    /// By ECN field. §3.2.1: "r.ceb = 0 and r.e0b = r.e1b = 1"; a counter that somebody zeroes is noticed then.
    private static final long[] INITIAL = {0, 1, 1, 0};

    private final long[] received = INITIAL.clone();
    private final long[] reported = INITIAL.clone();
    /// The field of the last data, -1 for none yet.
    private int last = -1;
    /// Segments that must carry the option.
    private int owed;
    /// Something came that no option told yet.
    private boolean news;

    private int acks;
    private long marksTold;
    private boolean tested;
    private boolean distrusted;
    private boolean seen;

    ByteCounters() {}

    // ---- as receiver -------------------------------------------------------------------------------------------

    /// The handshake ended: the peer looks for the option in the first segments (§3.2.3.2), to see whether it
    /// gets through, and whole.
    void owe(int segments) {
        owed = segments;
    }

    /// Data came.
    ///
    /// @return true when it wants an ACK at once. §3.2.3.3: "If an arriving packet increments a different byte
    ///     counter to that incremented by the previous packet, the Data Receiver SHOULD immediately send an ACK
    ///     with an AccECN Option"
    boolean onData(int field, int bytes) {
        if (bytes == 0 || field == Ecn.NOT_ECT) {
            return false;
        }
        received[field] += bytes;
        news = true;
        boolean changed = field != last;
        boolean firstEver = last < 0;
        last = field;
        if (changed) {
            // "It SHOULD include a counter that has continued to increment on the next scheduled ACK following a
            // change-triggered ACK".
            owed = Math.max(owed, 2);
        }
        return changed && !firstEver;
    }

    /// Whether the next segment should carry the option: "always […] if the r.ceb counter is incrementing".
    boolean isDue() {
        return owed > 0 || received[Ecn.CE] != marksTold || news && acks >= ACKS;
    }

    /// Octets of the option that the next segment carries, when `room` are free; 0 for none.
    int length(int room) {
        if (!isDue()) {
            return 0;
        }
        boolean both = received[Ecn.ECT_0] != 1 && received[Ecn.ECT_1] != 1 || !news;
        return both && room >= WHOLE ? WHOLE : room >= SHORT ? SHORT : 0;
    }

    /// Writes the option, and knows that it was told; with a length of 0 that it was not.
    void write(byte[] b, int at, int length) {
        if (length == 0) {
            acks++;
            return;
        }
        boolean order1 = received[Ecn.ECT_1] != 1 && received[Ecn.ECT_0] == 1 || last == Ecn.ECT_1;
        write(b, at, length, order1, received);
        owed = Math.max(0, owed - 1);
        acks = 0;
        news = false;
        marksTold = received[Ecn.CE];
    }

    /// Writes the option of a SYN-ACK: nothing came yet.
    ///
    /// @return the offset after it
    public static int writeInitial(byte[] b, int at) {
        write(b, at, WHOLE, false, INITIAL);
        return at + WHOLE;
    }

    private static void write(byte[] b, int at, int length, boolean order1, long[] counters) {
        int fields = length == WHOLE ? 3 : 2;
        b[at] = (byte) (order1 ? TcpOptions.ACC_ECN_1 : TcpOptions.ACC_ECN_0);
        b[at + 1] = (byte) (2 + FIELD * fields);
        for (int i = 0; i < fields; i++) {
            int value = (int) (counters[field(order1, i)] % MODULUS);
            b[at + 2 + FIELD * i] = (byte) (value >> 16);
            Bytes.put16(b, at + 3 + FIELD * i, value & 0xffff);
        }
        if (fields == 3) {
            b[at + WHOLE - 1] = TcpOptions.NOP;
        }
    }

    /// The ECN field whose counter is at a place.
    private static int field(boolean order1, int place) {
        return switch (place) {
            case 0 -> order1 ? Ecn.ECT_1 : Ecn.ECT_0;
            case 1 -> Ecn.CE;
            default -> order1 ? Ecn.ECT_0 : Ecn.ECT_1;
        };
    }

    // ---- as sender ---------------------------------------------------------------------------------------------

    /// §3.2.3.2.4: the first option says whether somebody on the way zeroes them: the counters of both ECT
    /// fields begin at 1. Then this host goes by the ACE field alone.
    void test(TcpOptions options, byte[] b) {
        if (!tested && options.accEcnAt >= 0) {
            tested = true;
            boolean order1 = Bytes.u8(b, options.accEcnAt) == TcpOptions.ACC_ECN_1;
            distrusted = isZeroed(order1, (options.accEcnLength - 2) / FIELD, options.accEcnAt, b);
            seen = !distrusted;
        }
    }

    /// Takes the option of an acknowledgment.
    ///
    /// @return how many bytes more arrived with a mark; -1 when it does not say, or cannot be believed
    long take(TcpOptions options, byte[] b) {
        if (options.accEcnAt < 0) {
            return -1;
        }
        boolean order1 = Bytes.u8(b, options.accEcnAt) == TcpOptions.ACC_ECN_1;
        int fields = (options.accEcnLength - 2) / FIELD;
        test(options, b);
        if (distrusted) {
            return -1;
        }
        long marked = -1;
        for (int i = 0; i < fields; i++) {
            int field = field(order1, i);
            int more = value(b, options.accEcnAt, i) - (int) reported[field] & MODULUS - 1;
            if (more >= MODULUS / 2) {
                more = 0; // older than what was told already
            }
            reported[field] += more;
            marked = field == Ecn.CE ? more : marked;
        }
        return marked;
    }

    private static int value(byte[] b, int at, int place) {
        int from = at + 2 + FIELD * place;
        return Bytes.u8(b, from) << 16 | Bytes.u16(b, from + 1);
    }

    private static boolean isZeroed(boolean order1, int fields, int at, byte[] b) {
        for (int i = 0; i < fields; i++) {
            if (field(order1, i) != Ecn.CE && value(b, at, i) == 0) {
                return true;
            }
        }
        return false;
    }

    // ---- for readers -------------------------------------------------------------------------------------------

    /// Bytes of data that came with a mark.
    long marked() {
        return received[Ecn.CE];
    }

    /// Bytes of data that the peer says arrived there with a mark.
    long reportedMarked() {
        return reported[Ecn.CE];
    }

    /// True once an option came that can be believed.
    boolean isHeard() {
        return seen;
    }
}
