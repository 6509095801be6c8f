package io.towpath.net;

import io.towpath.net.shard.Call;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.Shard;
import io.towpath.net.shard.ShardSocket;
import io.towpath.net.shard.SocketFaults;
import io.towpath.net.shard.Timeouts;
import io.towpath.stack.Pinger;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A sender of echo requests for one caller, one request at a time.
final class PingSocket implements AutoCloseable {
    private static final int PAYLOAD = 56;

    private final Socket socket;
    private final ParkingSpot waiting;
    private volatile boolean answered;
    private volatile @Nullable IOException cause;
    private int sequence;

    /// On the shard's owner.
    PingSocket(Shard shard) {
        this.waiting = new ParkingSpot(shard.time());
        this.socket = new Socket(shard, shard.stack().openPinger());
    }

    /// The pinger as its shard knows it.
    private final class Socket extends ShardSocket {
        private final Pinger pinger;

        Socket(Shard shard, Pinger pinger) {
            super(shard);
            this.pinger = pinger;
            pinger.attach(this);
            shard.list(this);
        }

        @Override
        protected void fulfil(long now, int bits) {
            if (listed) {
                pinger.attach(null);
                pinger.close();
                shard.unlist(this);
            }
        }

        @Override
        protected void onSignals(long now, int bits, Driving driving) {
            answered = true;
            waiting.wake(driving);
        }

        @Override
        protected void closeByHost() {
            cause = new IOException("the host is closed");
            waiting.wake(Driving.ofThisThread());
        }

        @Override
        protected void fail(IOException why) {
            cause = why;
            shard.unlist(this);
            waiting.wakeNow();
        }
    }

    /// Sends one request and waits for its answer.
    Duration ping(IpAddress destination, Duration timeout) throws IOException {
        long deadline = waiting.deadline(Timeouts.nanos(timeout));
        int number = sequence++ & 0xffff;
        answered = false;
        boolean sent = new Call<Boolean>() {
            @Override
            protected Boolean answer(long now) {
                return socket.pinger.ping(now, destination, number, new byte[PAYLOAD]);
            }
        }.on(socket.shard);
        if (!sent) {
            throw new NoRouteToHostException("No route to host " + destination);
        }
        while (true) {
            Pinger.Answer answer = next();
            while (answer != null) {
                if (answer.sequence() == number) {
                    return rtt(answer);
                }
                answer = next();
            }
            await(deadline);
            answered = false;
        }
    }

    private static Duration rtt(Pinger.Answer answer) throws IOException {
        return switch (answer) {
            case Pinger.Reply reply -> Duration.ofNanos(reply.rttNanos());
            case Pinger.Refused refused ->
                throw switch (refused.kind()) {
                    case NETWORK_UNREACHABLE, HOST_UNREACHABLE, PROHIBITED, TIME_EXCEEDED ->
                        new NoRouteToHostException(what(refused));
                    default -> new ConnectException(what(refused));
                };
        };
    }

    private static String what(Pinger.Refused refused) {
        String kind = refused.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        return kind + ", says " + refused.from();
    }

    private Pinger.@Nullable Answer next() throws IOException {
        return new Call<Pinger.@Nullable Answer>() {
            @Override
            protected Pinger.@Nullable Answer answer(long now) {
                return socket.pinger.next();
            }
        }.on(socket.shard);
    }

    private void await(long deadline) throws IOException {
        waiting.enter();
        try {
            while (!answered) {
                IOException why = cause;
                if (why != null) {
                    throw SocketFaults.dead(why);
                }
                if (waiting.isOver(deadline)) {
                    throw new SocketTimeoutException("no echo reply in time");
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new ClosedByInterruptException();
                }
                waiting.park(deadline);
            }
        } finally {
            waiting.leave();
        }
    }

    @Override
    public void close() {
        socket.ask(1);
    }
}
