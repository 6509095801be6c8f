package io.towpath.sctp.address;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Packet;
import io.towpath.sctp.Association;
import io.towpath.sctp.Notification.PathChanged.Change;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathStates;
import io.towpath.wire.Bytes;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameters;
import java.util.Arrays;

/// ASCONF of the peer (RFC 5061 §5.2): each is done once, in order of the serial numbers, and answered as
/// often as it comes.
public final class AddressResponses {
    /// Addresses that a peer may have: more are refused.
    private static final int PATHS_MAX = 32;

    private static final int ANSWER_MAX = 1024;

    private final Context context;
    private final PathTable table;

    /// For associations of one host.
    public AddressResponses(Context context, PathTable table) {
        this.context = context;
        this.table = table;
    }

    /// An ASCONF at `at`, which passed its gate and is authenticated.
    ///
    /// @return whether it was well formed
    public boolean on(long now, Association a, Packet packet, int at) {
        byte[] b = packet.bytes;
        int end = SctpChunks.valueEnd(b, at);
        int first = SctpChunks.variableAt(b, at);
        if (!SctpParameters.isAddress(b, first, end)) {
            return false;
        }
        AddressChanges changes = a.addressChanges;
        if (changes == null) {
            changes = new AddressChanges(a.localInitialTsn, a.peerInitialTsn);
            a.addressChanges = changes;
        }
        int ahead = SctpChunks.serial(b, at) - changes.expected;
        byte[] answer = changes.answer;
        if (ahead == 0) {
            answer = answer(now, a, packet, at, SctpParameters.next(b, first, end), end);
            changes.answer = answer;
            changes.expected++;
            a.tally.addressChanges++;
            context.counters().count(Counter.SCTP_ADDRESS_CHANGES);
            a.note(now, context, SctpEvent.Note.ADDRESSES_CHANGED, SctpChunks.serial(b, at) & 0xffff_ffffL);
        } else if (ahead != -1) {
            // §5.2: one that is ahead, or so old that its answer is not kept any more: "silently discard".
            return true;
        }
        if (answer != null) {
            // "The destination address of the SCTP packet containing the ASCONF-ACK chunk MUST be the source
            // address of the SCTP packet that held the ASCONF chunk."
            Path back = a.paths.find(packet.sourceHigh, packet.sourceLow);
            if (back != null) {
                a.control.reply(answer, back);
            } else {
                table.answer(a, packet, answer);
            }
        }
        return true;
    }

    private byte[] answer(long now, Association a, Packet packet, int at, int first, int end) {
        byte[] b = packet.bytes;
        byte[] successes = new byte[ANSWER_MAX];
        int next = SctpChunks.writeWord(successes, 0, SctpChunks.ASCONF_ACK, 0, SctpChunks.serial(b, at));
        int empty = next;
        boolean failed = false;
        for (int p = first; p < end; p = SctpParameters.next(b, p, end)) {
            Malformed fault = SctpParameters.check(b, p, end);
            if (fault == Malformed.TRUNCATED || fault == Malformed.BAD_HEADER_LENGTH) {
                break;
            }
            int type = SctpParameters.type(b, p);
            boolean known = type == SctpParameters.ADD_ADDRESS
                    || type == SctpParameters.DELETE_ADDRESS
                    || type == SctpParameters.SET_PRIMARY;
            int length = SctpParameters.length(b, p);
            if (!known || length < 8 || next + length + 32 > ANSWER_MAX) {
                continue;
            }
            int cause = fault == Malformed.NONE ? change(now, a, packet, type, p) : SctpCauses.UNRESOLVABLE_ADDRESS;
            int correlation = SctpParameters.word(b, p);
            if (cause == 0) {
                next = SctpParameters.writeWord(successes, next, SctpParameters.SUCCESS_INDICATION, correlation);
            } else {
                failed = true;
                next = refusal(successes, next, correlation, cause, b, p, length);
            }
        }
        // §4.2.5: nothing but the serial number means that all was done.
        int last = failed ? next : empty;
        SctpChunks.finish(successes, 0, last);
        return Arrays.copyOf(successes, SctpChunks.padded(last));
    }

    /// §4.2.3: an error cause with the request that it is about.
    private static int refusal(byte[] into, int at, int correlation, int cause, byte[] b, int request, int length) {
        Bytes.put32(into, at + SctpParameters.HEAD, correlation);
        int end = SctpCauses.writeOctets(into, at + 8, cause, b, request, request + length);
        SctpParameters.writeHead(into, at, SctpParameters.ERROR_INDICATION, end - at);
        return SctpChunks.pad(into, at, end);
    }

    /// Does one request. A cause code when it is refused, else 0.
    private int change(long now, Association a, Packet packet, int type, int at) {
        byte[] b = packet.bytes;
        int inner = SctpParameters.addressAt(at);
        IpAddress source = IpAddress.of(packet.sourceHigh, packet.sourceLow);
        IpAddress told = IpAddress.of(SctpParameters.addressHigh(b, inner), SctpParameters.addressLow(b, inner));
        // §4.2.1 and after it: the wildcard address stands for the packet's source.
        boolean wildcard = told.isUnspecified();
        return switch (type) {
            case SctpParameters.ADD_ADDRESS -> add(now, a, wildcard ? source : told);
            case SctpParameters.DELETE_ADDRESS ->
                wildcard ? removeOthers(now, a, source) : remove(now, a, told, source);
            default -> prefer(a, wildcard ? source : told);
        };
    }

    private int add(long now, Association a, IpAddress address) {
        if (a.paths.find(address) != null) {
            return 0;
        }
        if (address.isMulticast() || address.isBroadcast() || address.isUnspecified()) {
            return SctpCauses.UNRESOLVABLE_ADDRESS;
        }
        if (table.isTaken(a, address)) {
            // Two associations cannot have the same pair of transport addresses.
            return SctpCauses.NO_AUTHORIZATION;
        }
        if (a.paths.size() >= PATHS_MAX) {
            // §5.3 D3: "does not have the local resources to add this new address".
            return SctpCauses.RESOURCE_SHORTAGE;
        }
        Path path = table.add(now, a, address);
        if (path == null) {
            return SctpCauses.UNRESOLVABLE_ADDRESS;
        }
        PathStates.tell(a, context, path, Change.ADDED);
        return 0;
    }

    private int remove(long now, Association a, IpAddress address, IpAddress source) {
        Path path = a.paths.find(address);
        if (path == null) {
            return SctpCauses.UNRESOLVABLE_ADDRESS;
        }
        // §5.3: "the request to delete the last remaining IP address of a peer" is refused, "the association
        // cannot be without an address"; so is one for the source of the packet.
        if (a.paths.size() == 1) {
            return SctpCauses.DELETE_LAST_ADDRESS;
        }
        if (address.equals(source)) {
            return SctpCauses.DELETE_SOURCE_ADDRESS;
        }
        drop(now, a, path);
        return 0;
    }

    private int removeOthers(long now, Association a, IpAddress source) {
        if (a.paths.find(source) == null) {
            return SctpCauses.UNRESOLVABLE_ADDRESS;
        }
        for (int i = a.paths.size() - 1; i >= 0; i--) {
            Path path = a.paths.get(i);
            if (!path.address().equals(source)) {
                drop(now, a, path);
            }
        }
        return 0;
    }

    private void drop(long now, Association a, Path path) {
        table.remove(now, a, path);
        PathStates.tell(a, context, path, Change.REMOVED);
    }

    /// §5.1.1: the receiver "SHOULD" make it its primary path; one that is not confirmed carries data once it
    /// is.
    private int prefer(Association a, IpAddress address) {
        Path path = a.paths.find(address);
        if (path == null) {
            return SctpCauses.UNRESOLVABLE_ADDRESS;
        }
        if (a.paths.primary() != path) {
            a.paths.primary(path);
            PathStates.tell(a, context, path, Change.MADE_PRIMARY);
        }
        return 0;
    }
}
