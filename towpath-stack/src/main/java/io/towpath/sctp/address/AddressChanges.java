package io.towpath.sctp.address;

import io.towpath.sctp.path.Path;
import io.towpath.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an association remembers of changes of addresses (RFC 5061 §5): this side's requests, of which one at
/// a time is out, and the answer that the peer's last request got.
public final class AddressChanges {
    /// A request of this side about one of its own addresses. The unspecified address stands for the one that
    /// the request is sent from.
    public sealed interface Request {
        /// Which address.
        IpAddress address();
    }

    /// The peer may send there.
    ///
    /// @param address own
    public record Add(IpAddress address) implements Request {}

    /// The peer must not send there any more.
    ///
    /// @param address own
    public record Remove(IpAddress address) implements Request {}

    /// The peer should send there by default.
    ///
    /// @param address own
    public record MakePrimary(IpAddress address) implements Request {}

    private static final int FORMER_MAX = 8;

    private final ArrayDeque<IpAddress> former = new ArrayDeque<>(2);

    /// Requests that wait for their turn.
    final ArrayDeque<Request> waiting = new ArrayDeque<>(2);

    /// The request that is out, null if there is none.
    @Nullable
    Request out;

    /// Its chunk, which is sent again unchanged.
    byte @Nullable [] chunk;

    /// Where it was sent last.
    @Nullable
    Path path;

    /// It is to be sent, for the first time or again.
    boolean due;

    /// The serial number of the request that is out, or of the next one.
    int serial;

    /// The serial number that the peer's next request has.
    int expected;

    /// The answer to the one before, null if there was none.
    byte @Nullable [] answer;

    /// RFC 5061 §4.1.1: the serial number "is the same as the initial TSN" at first, of each side.
    public AddressChanges(int localInitialTsn, int peerInitialTsn) {
        serial = localInitialTsn;
        expected = peerInitialTsn;
    }

    /// Those of an association that another process had.
    ///
    /// @param answer what the peer's last request was answered, empty if there was none
    public static AddressChanges restore(int serial, int expected, byte[] answer, List<IpAddress> former) {
        var changes = new AddressChanges(serial, expected);
        changes.answer = answer.length == 0 ? null : answer;
        changes.former.addAll(former);
        return changes;
    }

    /// What the peer's last request was answered, empty if there was none.
    public byte[] answer() {
        byte[] last = answer;
        return last == null ? new byte[0] : last.clone();
    }

    /// An address of the peer is no path any more, but packets from it may be on their way still: they are
    /// known by it.
    ///
    /// @return an address that has been one for so long that it is forgotten, null if there is none
    public @Nullable IpAddress addFormer(IpAddress address) {
        former.add(address);
        return former.size() > FORMER_MAX ? former.remove() : null;
    }

    /// The peer has the address again. Whether it was a former one.
    public boolean removeFormer(IpAddress address) {
        return former.remove(address);
    }

    /// Addresses that packets of the peer may still come from.
    public List<IpAddress> former() {
        return List.copyOf(former);
    }

    /// Requests that are not answered.
    public int pending() {
        return waiting.size() + (out == null ? 0 : 1);
    }

    /// Serial number of the next request of this side.
    public int serial() {
        return out == null ? serial : serial + 1;
    }

    /// Serial number of the peer's next request.
    public int expected() {
        return expected;
    }

    /// The path is no more.
    public void forget(Path gone) {
        if (path == gone) {
            path = null;
        }
    }
}
