package io.towpath.sctp.address;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Route;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Notification.LocalAddressChanged.Change;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.packet.PacketBuilder;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathPicker;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// ASCONF of this side (RFC 5061 §5.1): one chunk at a time with one request, sent again until it is answered.
public final class AddressRequests {
    private static final int WAITING_MAX = 64;

    private final Context context;
    private final PathTable table;

    /// For associations of one host.
    public AddressRequests(Context context, PathTable table) {
        this.context = context;
        this.table = table;
    }

    /// The user asks for something. Null when the request was taken; a notification tells the outcome.
    public @Nullable SctpError ask(Association a, AddressChanges.Request request) {
        if (!a.agreed.addressConfiguration()) {
            return SctpError.NOT_SUPPORTED;
        }
        if (a.stateName() != AssociationState.Name.ESTABLISHED) {
            return SctpError.SHUTTING_DOWN;
        }
        AddressChanges changes = of(a);
        if (changes.waiting.size() >= WAITING_MAX) {
            return SctpError.IN_PROGRESS;
        }
        SctpError wrong = judge(a, request);
        if (wrong == null) {
            changes.waiting.add(request);
        }
        return wrong;
    }

    private static AddressChanges of(Association a) {
        AddressChanges present = a.addressChanges;
        if (present == null) {
            present = new AddressChanges(a.localInitialTsn, a.peerInitialTsn);
            a.addressChanges = present;
        }
        return present;
    }

    private @Nullable SctpError judge(Association a, AddressChanges.Request request) {
        IpAddress address = request.address();
        boolean any = address.isUnspecified();
        boolean own = willHave(a, address);
        return switch (request) {
            case AddressChanges.Add ignored -> {
                if (!any && !table.isLocal(address)) {
                    yield SctpError.ADDRESS_NOT_AVAILABLE;
                }
                yield own ? SctpError.ADDRESS_IN_USE : null;
            }
            // RFC 5061 §5.3: a request to delete the last address would be refused.
            case AddressChanges.Remove ignored -> {
                if (!any && !own) {
                    yield SctpError.ADDRESS_NOT_AVAILABLE;
                }
                yield a.localAddresses.size() + additions(a) < 2 ? SctpError.DENIED : null;
            }
            case AddressChanges.MakePrimary ignored -> any || own ? null : SctpError.ADDRESS_NOT_AVAILABLE;
        };
    }

    /// Whether the address is the association's when everything that waits is done.
    private static boolean willHave(Association a, IpAddress address) {
        AddressChanges changes = of(a);
        boolean has = a.localAddresses.contains(address);
        AddressChanges.Request out = changes.out;
        has = out == null ? has : after(has, out, address);
        for (AddressChanges.Request each : changes.waiting) {
            has = after(has, each, address);
        }
        return has;
    }

    private static boolean after(boolean has, AddressChanges.Request request, IpAddress address) {
        if (!request.address().equals(address)) {
            return has;
        }
        return switch (request) {
            case AddressChanges.Add ignored -> true;
            case AddressChanges.Remove ignored -> false;
            case AddressChanges.MakePrimary ignored -> has;
        };
    }

    private static int additions(Association a) {
        AddressChanges changes = of(a);
        int sum = changes.out instanceof AddressChanges.Add ? 1 : 0;
        for (AddressChanges.Request each : changes.waiting) {
            sum += each instanceof AddressChanges.Add ? 1 : each instanceof AddressChanges.Remove ? -1 : 0;
        }
        return sum;
    }

    /// Whether an ASCONF is to be sent. §5.1 B: there is "one ASCONF chunk in flight" at most.
    public static boolean isReady(Association a) {
        AddressChanges changes = a.addressChanges;
        return changes != null && (changes.due || changes.out == null && !changes.waiting.isEmpty());
    }

    /// Where it goes.
    public static Path path(Association a) {
        AddressChanges changes = of(a);
        Path last = changes.path;
        return last == null ? PathPicker.forData(a.paths, null) : last;
    }

    /// The next request is made ready, if none is out: what is being deleted is a source no more.
    public static void prepare(Association a) {
        AddressChanges changes = of(a);
        if (changes.chunk == null) {
            AddressChanges.Request next = changes.waiting.remove();
            changes.out = next;
            changes.chunk = chunk(a, changes.serial, next);
            begin(a, next);
        }
    }

    /// Writes the ASCONF that is due into the packet in hand.
    public void write(Association a, PacketBuilder packet) {
        AddressChanges changes = of(a);
        byte[] chunk = changes.chunk;
        changes.due = false;
        changes.path = packet.path();
        AddressChanges.Request out = changes.out;
        if (packet.path().route == null && out != null) {
            // §5.3 D1: until it is acknowledged "the sender MUST NOT use the new IP address as a source for
            // ANY SCTP packet except on carrying an ASCONF Chunk": with no other address left it carries this
            // one.
            Route way = table.from(out.address(), packet.path().address());
            if (way == null) {
                // The host moved on meanwhile: the peer finds the association by the address in the chunk
                // anyway.
                way = table.from(IpAddress.parse("::"), packet.path().address());
            }
            if (way != null) {
                packet.via(way);
            }
        }
        if (chunk != null) {
            packet.add(chunk);
        }
    }

    /// §4.1.1: an address parameter comes first by which the peer finds the association, so one that it knows.
    private static byte[] chunk(Association a, int serial, AddressChanges.Request request) {
        byte[] b = new byte[64];
        int at = SctpChunks.writeWord(b, 0, SctpChunks.ASCONF, 0, serial);
        Route route = a.paths.primary().route;
        IpAddress known = a.localAddresses.isEmpty()
                ? route == null ? request.address() : route.source()
                : a.localAddresses.getFirst();
        at = SctpParameters.writeAddress(b, at, known.high(), known.low());
        int type = switch (request) {
            case AddressChanges.Add ignored -> SctpParameters.ADD_ADDRESS;
            case AddressChanges.Remove ignored -> SctpParameters.DELETE_ADDRESS;
            case AddressChanges.MakePrimary ignored -> SctpParameters.SET_PRIMARY;
        };
        IpAddress address = request.address();
        at = SctpParameters.writeAddressChange(b, at, type, serial, address.high(), address.low());
        SctpChunks.finish(b, 0, at);
        return Arrays.copyOf(b, at);
    }

    /// §5.3: what is being deleted is a source no more as soon as the peer may have forgotten it.
    private static void begin(Association a, AddressChanges.Request request) {
        if (request instanceof AddressChanges.Remove remove) {
            List<IpAddress> left = new ArrayList<>(a.localAddresses);
            left.remove(remove.address());
            a.localAddresses = List.copyOf(left);
            for (int i = 0; i < a.paths.size(); i++) {
                Path path = a.paths.get(i);
                Route route = path.route;
                if (route != null && !left.contains(route.source())) {
                    path.route = null;
                }
            }
        }
    }

    /// T4 expired: the same chunk goes out again, another way if there is one (§5.1 E3).
    public static void again(Association a) {
        AddressChanges changes = a.addressChanges;
        if (changes != null && changes.out != null) {
            changes.path = PathPicker.afterTimeout(a.paths, path(a));
            changes.due = true;
        }
    }

    /// An ASCONF-ACK at `at`.
    public void onAck(long now, Association a, byte[] b, int at) {
        AddressChanges changes = of(a);
        int ahead = SctpChunks.serial(b, at) - changes.serial;
        AddressChanges.Request request = changes.out;
        if (ahead > 0 || ahead == 0 && request == null) {
            // §5.1: one "that is greater than or equal to the next sequence number to be used but no ASCONF
            // chunk is outstanding": the endpoint "MUST ABORT the association".
            table.illegalAnswer(now, a);
            return;
        }
        if (ahead < 0 || request == null) {
            return;
        }
        a.timers.stop(SctpTimer.ADDRESS_CHANGE);
        a.errors = 0;
        changes.serial++;
        changes.out = null;
        changes.chunk = null;
        changes.path = null;
        boolean refused = isRefused(b, at);
        a.tally.addressChanges++;
        context.counters().count(Counter.SCTP_ADDRESS_CHANGES);
        a.note(now, context, SctpEvent.Note.ADDRESS_CHANGE_ANSWERED, refused ? 1 : 0);
        done(a, request, refused);
    }

    /// §4.2.5: "if a responding endpoint does not report an error for any requested TLV, a success is
    /// implicitly indicated".
    private static boolean isRefused(byte[] b, int at) {
        int end = SctpChunks.valueEnd(b, at);
        for (int p = SctpChunks.variableAt(b, at);
                p < end && SctpParameters.check(b, p, end) == Malformed.NONE;
                p = SctpParameters.next(b, p, end)) {
            if (SctpParameters.type(b, p) == SctpParameters.ERROR_INDICATION) {
                return true;
            }
        }
        return false;
    }

    /// There was no way from any own address: what was sent meanwhile went nowhere, and goes again at once.
    private static void sendAgain(Association a) {
        for (int i = 0; i < a.paths.size(); i++) {
            Path path = a.paths.get(i);
            if (path.route == null && path.flight > 0) {
                a.peerRwnd += a.outstanding.move(path, path);
                a.freeRetransmission = true;
            }
        }
    }

    private void done(Association a, AddressChanges.Request request, boolean refused) {
        IpAddress address = request.address();
        // D2: "After the ASCONF-ACK of an IP address Add arrives, the endpoint MAY begin using the added IP
        // address as a source address for any type of SCTP chunk."
        boolean added = request instanceof AddressChanges.Add && !refused;
        boolean kept = request instanceof AddressChanges.Remove && refused;
        if ((added || kept) && !address.isUnspecified()) {
            List<IpAddress> more = new ArrayList<>(a.localAddresses);
            more.add(address);
            a.localAddresses = List.copyOf(more);
        }
        if (added) {
            sendAgain(a);
        }
        Change change = switch (request) {
            case AddressChanges.Add ignored -> Change.ADDED;
            case AddressChanges.Remove ignored -> Change.REMOVED;
            case AddressChanges.MakePrimary ignored -> Change.MADE_PRIMARY;
        };
        a.notify(context, new Notification.LocalAddressChanged(address, change, refused ? SctpError.DENIED : null));
    }
}
