package io.towpath.net.sctp.channel;

import com.sun.nio.sctp.AbstractNotificationHandler;
import com.sun.nio.sctp.Association;
import com.sun.nio.sctp.AssociationChangeNotification;
import com.sun.nio.sctp.AssociationChangeNotification.AssocChangeEvent;
import com.sun.nio.sctp.HandlerResult;
import com.sun.nio.sctp.Notification;
import com.sun.nio.sctp.NotificationHandler;
import com.sun.nio.sctp.PeerAddressChangeNotification;
import com.sun.nio.sctp.PeerAddressChangeNotification.AddressChangeEvent;
import com.sun.nio.sctp.SendFailedNotification;
import com.sun.nio.sctp.ShutdownNotification;
import io.towpath.net.sctp.port.AssociationPort;
import io.towpath.sctp.SctpError;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpCauses;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What an association tells, as the JDK's notifications. Those for which the JDK has no class are not told
/// here.
final class Notices {
    private Notices() {}

    /// @param association the JDK's name for the association, null while it was never established
    /// @return null when the JDK has no such notification
    static @Nullable Notification of(
            io.towpath.sctp.Notification told, AssociationPort port, @Nullable Association association)
            throws SocketException {
        return switch (told) {
            case io.towpath.sctp.Notification.CommunicationUp ignored ->
                new Change(association, AssocChangeEvent.COMM_UP);
            case io.towpath.sctp.Notification.Restarted ignored -> new Change(association, AssocChangeEvent.RESTART);
            case io.towpath.sctp.Notification.ShutdownComplete ignored ->
                new Change(association, AssocChangeEvent.SHUTDOWN);
            case io.towpath.sctp.Notification.CommunicationLost ignored ->
                new Change(association, association == null ? AssocChangeEvent.CANT_START : AssocChangeEvent.COMM_LOST);
            case io.towpath.sctp.Notification.PeerShutdown ignored -> new Shutdown(association);
            case io.towpath.sctp.Notification.PathChanged changed -> addressChange(changed, port, association);
            case io.towpath.sctp.Notification.SendFailed failed -> sendFailed(failed, port, association);
            default -> null;
        };
    }

    private static @Nullable Notification addressChange(
            io.towpath.sctp.Notification.PathChanged changed, AssociationPort port, @Nullable Association association) {
        AddressChangeEvent event = switch (changed.change()) {
            case AVAILABLE -> AddressChangeEvent.ADDR_AVAILABLE;
            case UNREACHABLE -> AddressChangeEvent.ADDR_UNREACHABLE;
            case CONFIRMED -> AddressChangeEvent.ADDR_CONFIRMED;
            case ADDED -> AddressChangeEvent.ADDR_ADDED;
            case REMOVED -> AddressChangeEvent.ADDR_REMOVED;
            case MADE_PRIMARY -> AddressChangeEvent.ADDR_MADE_PRIMARY;
            case POTENTIALLY_FAILED -> null;
        };
        if (event == null) {
            return null;
        }
        return new AddressChange(
                association,
                HostAssociation.inet(changed.address(), port.association().remotePort()),
                event);
    }

    private static Notification sendFailed(
            io.towpath.sctp.Notification.SendFailed failed, AssociationPort port, @Nullable Association association)
            throws SocketException {
        IpAddress wanted = failed.options().destination();
        SocketAddress address = wanted == null
                ? HostAssociation.primary(port)
                : HostAssociation.inet(wanted, port.association().remotePort());
        return new SendFailed(
                association,
                address,
                ByteBuffer.wrap(failed.data()),
                cause(failed.error()),
                failed.options().streamId());
    }

    /// "if set, will be a SCTP protocol error code as defined in RFC2960 section 3.3.10"
    private static int cause(SctpError error) {
        return switch (error) {
            case USER_ABORT -> SctpCauses.USER_ABORT;
            case PROTOCOL_VIOLATION -> SctpCauses.PROTOCOL_VIOLATION;
            case STALE_COOKIE -> SctpCauses.STALE_COOKIE;
            case BAD_STREAM -> SctpCauses.INVALID_STREAM;
            default -> 0;
        };
    }

    /// Hands a notification to the method of the handler that is meant for it.
    static <T> HandlerResult tell(Notification notification, NotificationHandler<T> handler, T attachment) {
        if (!(handler instanceof AbstractNotificationHandler<T> typed)) {
            return handler.handleNotification(notification, attachment);
        }
        return switch (notification) {
            case AssociationChangeNotification change -> typed.handleNotification(change, attachment);
            case PeerAddressChangeNotification change -> typed.handleNotification(change, attachment);
            case SendFailedNotification failed -> typed.handleNotification(failed, attachment);
            case ShutdownNotification shutdown -> typed.handleNotification(shutdown, attachment);
            default -> typed.handleNotification(notification, attachment);
        };
    }

    private static final class Change extends AssociationChangeNotification {
        private final @Nullable Association association;
        private final AssocChangeEvent event;

        Change(@Nullable Association association, AssocChangeEvent event) {
            this.association = association;
            this.event = event;
        }

        @Override
        public @Nullable Association association() {
            return association;
        }

        @Override
        public AssocChangeEvent event() {
            return event;
        }

        @Override
        public String toString() {
            return "AssociationChangeNotification[" + event + ", " + association + "]";
        }
    }

    private static final class AddressChange extends PeerAddressChangeNotification {
        private final @Nullable Association association;
        private final SocketAddress address;
        private final AddressChangeEvent event;

        AddressChange(@Nullable Association association, SocketAddress address, AddressChangeEvent event) {
            this.association = association;
            this.address = address;
            this.event = event;
        }

        @Override
        public @Nullable Association association() {
            return association;
        }

        @Override
        public SocketAddress address() {
            return address;
        }

        @Override
        public AddressChangeEvent event() {
            return event;
        }

        @Override
        public String toString() {
            return "PeerAddressChangeNotification[" + event + ", " + address + ", " + association + "]";
        }
    }

    private static final class SendFailed extends SendFailedNotification {
        private final @Nullable Association association;
        private final SocketAddress address;
        private final ByteBuffer buffer;
        private final int errorCode;
        private final int streamNumber;

        SendFailed(
                @Nullable Association association,
                SocketAddress address,
                ByteBuffer buffer,
                int errorCode,
                int streamNumber) {
            this.association = association;
            this.address = address;
            this.buffer = buffer;
            this.errorCode = errorCode;
            this.streamNumber = streamNumber;
        }

        @Override
        public @Nullable Association association() {
            return association;
        }

        @Override
        public SocketAddress address() {
            return address;
        }

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public int errorCode() {
            return errorCode;
        }

        @Override
        public int streamNumber() {
            return streamNumber;
        }

        @Override
        public String toString() {
            return "SendFailedNotification[" + buffer.remaining() + " bytes to " + address + ", " + association + "]";
        }
    }

    private static final class Shutdown extends ShutdownNotification {
        private final @Nullable Association association;

        Shutdown(@Nullable Association association) {
            this.association = association;
        }

        @Override
        public @Nullable Association association() {
            return association;
        }

        @Override
        public String toString() {
            return "ShutdownNotification[" + association + "]";
        }
    }
}
