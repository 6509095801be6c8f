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
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Blocking calls on an [AssociationPort]. The caller lets one thread at a time receive and one send.
public final class AssociationCalls implements Readiness {
    private final AssociationPort port;
    private final Interrupts interrupts;
    private final ParkingSpot receiver;
    private final ParkingSpot sender;
    private final ParkingSpot closer;

    /// Calls on `port`, whose signals come to [#onReady] from now on, or from where the caller sees to it.
    public AssociationCalls(AssociationPort port, Interrupts interrupts) {
        this.port = port;
        this.interrupts = interrupts;
        this.receiver = new ParkingSpot(port.shard.time());
        this.sender = new ParkingSpot(port.shard.time());
        this.closer = new ParkingSpot(port.shard.time());
        port.readiness(this);
    }

    /// The association.
    public AssociationPort port() {
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

    /// Waits until the association is established.
    ///
    /// @param timeoutNanos 0 for as long as the protocol tries
    /// @throws SocketTimeoutException when the time is over; the association is still being opened
    /// @throws SocketException when it could not be opened
    public void awaitConnected(long timeoutNanos) throws IOException {
        await(sender, () -> port.isEstablished() || port.isOver(), sender.deadline(timeoutNanos), "Connect timed out");
        port.check();
        if (!port.isEstablished()) {
            throw port.connectFault();
        }
    }

    /// Waits for a message or a notification, or the end.
    ///
    /// @param timeoutNanos 0 for ever
    /// @throws SocketTimeoutException when the time is over
    public AssociationPort.Next next(long timeoutNanos) throws IOException {
        long deadline = receiver.deadline(timeoutNanos);
        while (true) {
            AssociationPort.Next next = port.poll();
            if (next.received() != null || next.over()) {
                return next;
            }
            await(receiver, port::canReceive, deadline, "Receive timed out");
        }
    }

    /// Sends, waiting while there is no room.
    ///
    /// @return null when the message was taken
    public @Nullable SctpError send(byte[] data, int at, int n, SendOptions options) throws IOException {
        while (true) {
            SctpError error = port.send(data, at, n, options);
            if (error != SctpError.WOULD_BLOCK) {
                return error;
            }
            await(sender, port::canSend, Time.NEVER, "");
        }
    }

    private void await(ParkingSpot spot, BooleanSupplier condition, long deadline, String late) throws IOException {
        interrupts.await(spot, () -> condition.getAsBoolean() || port.isReleased(), deadline, late, this::abort);
    }

    /// Closes as `SO_LINGER` says (RFC 6458 §8.1.4): below 0 shuts down and returns, 0 aborts, and more waits
    /// that long for the end of the shutdown, which goes on after that. An interrupt ends the wait.
    ///
    /// @param lingerNanos the linger time
    public void close(long lingerNanos) {
        if (lingerNanos == 0) {
            abort();
            return;
        }
        port.close();
        receiver.wakeNow();
        sender.wakeNow();
        if (lingerNanos > 0) {
            closer.linger(port::isOver, closer.deadline(lingerNanos));
        }
    }

    /// Ends the association at once, and wakes who is blocked.
    public void abort() {
        port.abort();
        receiver.wakeNow();
        sender.wakeNow();
    }
}
