package io.towpath.net.sctp.channel;

import com.sun.nio.sctp.Association;
import com.sun.nio.sctp.InvalidStreamException;
import com.sun.nio.sctp.MessageInfo;
import io.towpath.core.Time;
import io.towpath.net.nio.Checks;
import io.towpath.net.sctp.port.SctpFaults;
import io.towpath.net.shard.InetAddresses;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What `send` does, as the JDK documents it, with the message that is being sent: with `SCTP_EXPLICIT_COMPLETE`
/// it grows over several calls. Used under the lock of senders.
///
/// *Deviation* from RFC 6458 §8.1.26, which lets parts leave before the message is complete: here it leaves as
/// a whole, and so can be no longer than the send buffer.
final class Sending {
    private static final long PPID_MASK = 0xffff_ffffL;
    private static final long MILLIS_MAX = Long.MAX_VALUE / 2 / Time.MILLISECOND;
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int length;

    /// Bytes, as `send` needs them.
    ///
    /// @param array of the bytes
    /// @param at where they begin
    /// @param length how many
    record Piece(byte[] array, int at, int length) {}

    /// Where messages leave.
    @FunctionalInterface
    interface Outlet {
        /// @return false when there is no room and the channel does not block
        boolean takes(Piece message) throws IOException;
    }

    /// True when earlier calls left the beginning of a message.
    boolean isBegun() {
        return length > 0;
    }

    /// Sends what remains of `from`, together with what earlier calls left; or keeps it, for calls to come.
    ///
    /// @param complete whether the message ends with it
    /// @return how many bytes were taken: all, or none when there is no room
    int send(ByteBuffer from, boolean complete, SctpConfig config, Outlet outlet) throws IOException {
        int count = from.remaining();
        if (complete && !isBegun()) {
            if (!outlet.takes(of(from))) {
                return 0;
            }
        } else {
            append(from, config.sendBytesMax());
            if (complete && !leaves(outlet, count)) {
                return 0;
            }
        }
        from.position(from.limit());
        return count;
    }

    /// @param most how long the message may become
    /// @throws SocketException when it becomes longer; it is then as long as before
    private void append(ByteBuffer source, int most) throws SocketException {
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

    /// @param added what is taken away again when it does not leave
    private boolean leaves(Outlet outlet, int added) throws IOException {
        boolean left = false;
        try {
            left = outlet.takes(new Piece(bytes, 0, length));
            return left;
        } finally {
            if (left) {
                bytes = NOTHING;
                length = 0;
            } else {
                length -= added;
            }
        }
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

    /// @throws InvalidStreamException when the association has no such stream
    static void checkStream(MessageInfo info, Association association) {
        if (info.streamNumber() < 0 || info.streamNumber() >= association.maxOutboundStreams()) {
            throw new InvalidStreamException();
        }
    }

    /// What the engine's answer means to a caller of `send`.
    ///
    /// @param shut whether this side has shut the association down
    /// @return false when there is no room
    static boolean isTaken(@Nullable SctpError error, boolean shut) throws IOException {
        if (error == null) {
            return true;
        }
        if (error == SctpError.WOULD_BLOCK) {
            return false;
        }
        if (error == SctpError.BAD_STREAM) {
            throw new InvalidStreamException();
        }
        if (shut && (error == SctpError.SHUTTING_DOWN || error == SctpError.CLOSED)) {
            throw new ClosedChannelException();
        }
        throw SctpFaults.of(error);
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
