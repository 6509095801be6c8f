package io.towpath.net.sctp.channel;

import com.sun.nio.sctp.MessageInfo;
import io.towpath.core.Time;
import io.towpath.net.nio.Checks;
import io.towpath.net.shard.InetAddresses;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.IpAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The message that is being sent: with `SCTP_EXPLICIT_COMPLETE` it grows over several calls of `send`. Used
/// under the lock of senders.
///
/// *Deviation* from RFC 6458 §8.1.26, which lets parts leave before the message is complete: here it leaves as
/// a whole, and so can be no longer than the send buffer.
final class Sending {
    private static final long PPID_MASK = 0xffff_ffffL;
    private static final long MILLIS_MAX = Long.MAX_VALUE / 2 / Time.MILLISECOND;

    private byte[] bytes = {};
    private int length;

    /// Bytes, as `send` needs them.
    ///
    /// @param array of the bytes
    /// @param at where they begin
    /// @param length how many
    record Piece(byte[] array, int at, int length) {}

    /// True when earlier calls left the beginning of a message.
    boolean isBegun() {
        return length > 0;
    }

    /// Adds what remains of `source` to the message.
    ///
    /// @param most how long it may become
    /// @throws SocketException when it becomes longer; it is then as long as before
    void append(ByteBuffer source, int most) throws SocketException {
        int count = source.remaining();
        if (count > most - length) {
            throw new SocketException("Message too long");
        }
        if (bytes.length < length + count) {
            bytes = Arrays.copyOf(bytes, Math.max(length + count, bytes.length * 2));
        }
        source.get(source.position(), bytes, length, count);
        length += count;
    }

    /// Takes the last `count` bytes away again: they did not leave.
    void retract(int count) {
        length -= count;
    }

    /// The message so far.
    Piece whole() {
        return new Piece(bytes, 0, length);
    }

    /// The message has left.
    void clear() {
        bytes = new byte[0];
        length = 0;
    }

    /// A message that is all in one buffer.
    static Piece of(ByteBuffer source) {
        if (source.hasArray()) {
            return new Piece(source.array(), source.arrayOffset() + source.position(), source.remaining());
        }
        byte[] copy = new byte[source.remaining()];
        source.get(source.position(), copy);
        return new Piece(copy, 0, copy.length);
    }

    /// How the user wants it sent.
    ///
    /// @throws java.nio.channels.UnresolvedAddressException when the address is not resolved
    /// @throws java.nio.channels.UnsupportedAddressTypeException when it is not an Internet address
    static SendOptions options(MessageInfo info, @Nullable SocketAddress preferred) {
        IpAddress destination = null;
        if (preferred != null) {
            InetSocketAddress address = Checks.address(preferred);
            destination = InetAddresses.of(address.getAddress());
        }
        SendOptions options = SendOptions.stream(info.streamNumber())
                .withPpid(info.payloadProtocolID() & PPID_MASK)
                .withUnordered(info.isUnordered())
                .withDestination(destination);
        long millis = info.timeToLive();
        return millis <= 0
                ? options
                : options.withPolicy(SendOptions.Policy.LIFETIME, Math.min(millis, MILLIS_MAX) * Time.MILLISECOND);
    }
}
