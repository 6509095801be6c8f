package io.towpath.net.sctp.port;

import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.Readiness;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SendOptions;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Blocking calls on an [EndpointPort]. The caller lets one thread at a time receive and one send.
public final class EndpointCalls implements Readiness {
    private final EndpointPort port;
    private final Interrupts interrupts;
    private final ParkingSpot receiver;
    private final ParkingSpot sender;
    private final ParkingSpot closer;

    /// Calls on `port`, whose signals come to [#onReady] from now on, or from where the caller sees to it.
    public EndpointCalls(EndpointPort port, Interrupts interrupts) {
        this.port = port;
        this.interrupts = interrupts;
        this.receiver = new ParkingSpot(port.shard.time());
        this.sender = new ParkingSpot(port.shard.time());
        this.closer = new ParkingSpot(port.shard.time());
        port.readiness(this);
    }

    /// The endpoint.
    public EndpointPort port() {
        return port;
    }

    @Override
    public void onReady(int signals, Driving driving) {
        receiver.wake(driving);
        if ((signals & ~Signals.READABLE) != 0) {
            sender.wake(driving);
            closer.wake(driving);
        }
    }

    /// Waits for a message or a notification.
    ///
    /// @param timeoutNanos 0 for ever
    /// @throws SocketTimeoutException when the time is over
    public EndpointPort.Arrived next(long timeoutNanos) throws IOException {
        long deadline = receiver.deadline(timeoutNanos);
        while (true) {
            EndpointPort.Arrived next = port.poll();
            if (next != null) {
                return next;
            }
            await(receiver, port::canReceive, deadline, "Receive timed out");
        }
    }

    /// Sends to the peer of one association, waiting while there is no room.
    ///
    /// @return null when the message was taken
    public @Nullable SctpError send(AssociationPort to, byte[] data, int at, int n, SendOptions options)
            throws IOException {
        while (true) {
            SctpError error = to.send(data, at, n, options);
            if (error != SctpError.WOULD_BLOCK) {
                return error;
            }
            await(sender, to::canSend, Time.NEVER, "");
        }
    }

    /// Waits until an association is established.
    ///
    /// @param timeoutNanos 0 for as long as the protocol tries
    /// @throws SocketTimeoutException when the time is over; the association is still being opened
    /// @throws java.net.SocketException when it could not be opened
    public void awaitConnected(AssociationPort opening, long timeoutNanos) throws IOException {
        long deadline = sender.deadline(timeoutNanos);
        await(sender, () -> opening.isEstablished() || opening.isOver(), deadline, "Connect timed out");
        opening.check();
        if (!opening.isEstablished()) {
            throw opening.connectFault();
        }
    }

    private void await(ParkingSpot spot, BooleanSupplier condition, long deadline, String late) throws IOException {
        interrupts.await(spot, () -> condition.getAsBoolean() || port.isClosed(), deadline, late, this::close);
        port.check();
    }

    /// Closes the endpoint, and wakes who is blocked.
    public void close() {
        port.close();
        receiver.wakeNow();
        sender.wakeNow();
    }

    /// Closes as `SO_LINGER` says: below 0 shuts all associations down and returns, 0 aborts them, and more
    /// waits that long for the end of the shutdowns, which go on after that. An interrupt ends the wait.
    ///
    /// @param lingerNanos the linger time
    public void close(long lingerNanos) {
        List<AssociationPort> members = lingerNanos < 0 ? List.of() : membersNow();
        if (lingerNanos == 0) {
            members.forEach(AssociationPort::abort);
        }
        close();
        if (lingerNanos > 0) {
            closer.linger(() -> members.stream().allMatch(AssociationPort::isOver), closer.deadline(lingerNanos));
        }
    }

    private List<AssociationPort> membersNow() {
        try {
            return port.members();
        } catch (SocketException alreadyClosed) {
            return List.of();
        }
    }
}
