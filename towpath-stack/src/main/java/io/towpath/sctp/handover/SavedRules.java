package io.towpath.sctp.handover;

import io.towpath.sctp.SavedAssociation.InStream;
import io.towpath.sctp.SavedAssociation.OutStream;
import io.towpath.sctp.SavedAssociation.Path;
import io.towpath.sctp.auth.KeyVector;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Malformed;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpChunks;
import java.util.ArrayList;
import java.util.List;

/// What a saved association can be at all: whoever wrote it, what is restored from it is within the bounds of
/// the protocol, and of what one association may take of a host's memory.
public final class SavedRules {
    /// The largest unsigned number of 16 bits.
    public static final int U16_MAX = 0xffff;

    /// The largest unsigned number of 32 bits.
    public static final long U32_MAX = 0xffff_ffffL;

    /// The largest stream identifier.
    public static final int STREAM_MAX = 0xfffe;

    /// Addresses of one side.
    public static final int ADDRESSES_MAX = 64;

    /// Addresses that the peer had before.
    public static final int FORMER_MAX = 8;

    /// Errors in a row that were counted.
    public static final int COUNT_MAX = 1 << 20;

    /// The largest congestion window in bytes.
    public static final long WINDOW_MAX = 1L << 40;

    /// The longest time: 36 years.
    public static final long NANOS_MAX = 1L << 60;

    /// The largest TSN, counted on.
    public static final long TSN_MAX = 1L << 60;

    private static final int ANSWER_MAX = 2048;

    private SavedRules() {}

    static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("saved association: " + what);
    }

    /// A number must be from `least` to `most`.
    public static void range(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw wrong(what + " is " + least + " to " + most + ", not " + value);
        }
    }

    /// A number must not be 0.
    public static void notZero(String what, int value) {
        if (value == 0) {
            throw wrong(what + " is not 0");
        }
    }

    /// A TSN that was counted on from the first one.
    public static void tsn(long value, int initial) {
        range("a TSN after the first", value, initial & U32_MAX, TSN_MAX);
    }

    /// An address must be that of a host.
    public static void unicast(String what, IpAddress address) {
        if (address.isMulticast() || address.isBroadcast() || address.isUnspecified()) {
            throw wrong(what + " is that of a host, not " + address);
        }
    }

    /// Addresses must be those of a host, not too many, and each is there once.
    public static void unicast(String what, List<IpAddress> addresses, int most) {
        if (addresses.size() > most) {
            throw wrong("more than " + most + " times " + what);
        }
        for (int i = 0; i < addresses.size(); i++) {
            unicast(what, addresses.get(i));
            if (addresses.indexOf(addresses.get(i)) != i) {
                throw wrong(what + " is there twice: " + addresses.get(i));
            }
        }
    }

    /// At least one path, and none twice.
    public static void paths(List<Path> paths) {
        if (paths.isEmpty()) {
            throw wrong("no address of the peer");
        }
        List<IpAddress> addresses = new ArrayList<>();
        paths.forEach(path -> addresses.add(path.address()));
        unicast("an address of the peer", addresses, ADDRESSES_MAX);
    }

    /// Streams that exist, in ascending order.
    public static void outStreams(List<OutStream> streams, int count, boolean interleaving) {
        int before = -1;
        for (OutStream stream : streams) {
            range("an outgoing stream", stream.id(), before + 1L, count - 1L);
            before = stream.id();
            if (!interleaving) {
                range("the next number of a stream", stream.next(), 0, U16_MAX);
            }
        }
    }

    /// Streams that exist, in ascending order.
    public static void inStreams(List<InStream> streams, int count, boolean interleaving) {
        int before = -1;
        for (InStream stream : streams) {
            range("an incoming stream", stream.id(), before + 1L, count - 1L);
            before = stream.id();
            range("the next number of a stream", stream.next(), 0, interleaving ? U32_MAX : U16_MAX);
        }
    }

    /// An ASCONF-ACK chunk, or nothing.
    public static void answer(Octets answer) {
        byte[] chunk = answer.toArray();
        boolean whole = chunk.length <= ANSWER_MAX
                && SctpChunks.check(chunk, 0, chunk.length) == Malformed.NONE
                && SctpChunks.type(chunk, 0) == SctpChunks.ASCONF_ACK
                && SctpChunks.padded(SctpChunks.length(chunk, 0)) == chunk.length;
        if (chunk.length > 0 && !whole) {
            throw wrong("the answer to a change of addresses is no ASCONF-ACK");
        }
    }

    /// What one side told of its keys.
    public static void keyVector(Octets vector) {
        if (vector.length() > U16_MAX || !KeyVector.isWhole(vector.toArray())) {
            throw wrong("keys follow from a random number and algorithms, and not from this");
        }
    }
}
