package io.towpath.observe;

import io.towpath.core.Event;
import io.towpath.core.Events;
import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.link.CaptureSink;
import io.towpath.link.LinkInfo;
import io.towpath.tcp.TcpEvent;
import io.towpath.wire.EthernetHeader;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.LinkType;
import io.towpath.wire.PcapngWriter;
import io.towpath.wire.TcpHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A capture file in the pcapng format, with timestamps in nanoseconds, that Wireshark and tshark read.
///
/// Segments that were not simply sent because there was data carry a comment that says why: a retransmission and its
/// cause, a window probe, a challenge ACK. For this the tap of each host also reads that host's events.
///
/// Safe for any thread. Sinks must not throw, so a disk that fills ends the capture silently there; [#close] tells.
public final class PcapngFile implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final OutputStream out;
    private final long epochNanos;
    private final PcapngWriter writer = new PcapngWriter();
    private @Nullable IOException failure;
    private boolean closed;
    private long packets;

    private PcapngFile(OutputStream out, String application, long epochNanos) {
        this.out = out;
        this.epochNanos = epochNanos;
        writer.sectionHeader(application);
    }

    /// Creates the file, or empties it if it exists.
    ///
    /// @param application the name of the program that writes
    /// @param epochNanos the moment at which the run began, in nanoseconds since 1970; 0 in virtual time
    /// @throws IOException when the file cannot be made
    public static PcapngFile create(Path file, String application, long epochNanos) throws IOException {
        return to(Files.newOutputStream(file), application, epochNanos);
    }

    /// Writes to a stream, which [#close] closes. See [#create].
    public static PcapngFile to(OutputStream out, String application, long epochNanos) {
        return new PcapngFile(out, application, epochNanos);
    }

    /// Adds an interface and gives the tap for its packets.
    public synchronized Tap tap(LinkInfo link) {
        boolean ethernet = link.medium() == Medium.ETHERNET;
        int id = writer.interfaceBlock(ethernet ? LinkType.ETHERNET : LinkType.RAW, 0, link.name());
        return new Tap(id, ethernet);
    }

    /// Packets written so far.
    public synchronized long packets() {
        return packets;
    }

    private synchronized void write(
            int interfaceId, long now, boolean outbound, byte[] b, int at, int end, @Nullable String comment) {
        if (closed || failure != null) {
            return;
        }
        int direction = outbound ? PcapngWriter.OUTBOUND : PcapngWriter.INBOUND;
        writer.packetBlock(interfaceId, epochNanos + now, b, at, end, end - at, direction, comment);
        packets++;
        if (writer.size() >= BUFFER) {
            drain();
        }
    }

    private void drain() {
        try {
            out.write(writer.buffer(), 0, writer.size());
            out.flush();
        } catch (IOException e) {
            failure = e;
        }
        writer.clear();
    }

    /// Writes what is still buffered.
    public synchronized void flush() {
        if (!closed && failure == null) {
            drain();
        }
    }

    /// Writes what is still buffered and closes the file. Idempotent.
    ///
    /// @throws IOException when this, or any write before, failed
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        flush();
        closed = true;
        try {
            out.close();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
        if (failure != null) {
            throw failure;
        }
    }

    /// One interface of the file: give it to a [Capture][io.towpath.link.Capture], and to the events of the stack
    /// above, kind [Event.Kind#TCP_SEGMENT_OUT]. One owner, the link's.
    public final class Tap implements CaptureSink, Events.Reader {
        private static final int WAITING_MAX = 4096;

        private final int interfaceId;
        private final boolean ethernet;
        private final Glance glance = new Glance();

        /// Segments that the stack wrote and that did not pass the link yet, oldest first.
        private final ArrayDeque<TcpEvent.SegmentOut> waiting = new ArrayDeque<>();

        private Tap(int interfaceId, boolean ethernet) {
            this.interfaceId = interfaceId;
            this.ethernet = ethernet;
        }

        @Override
        public void on(Event event) {
            if (event instanceof TcpEvent.SegmentOut segment) {
                waiting.add(segment);
                if (waiting.size() > WAITING_MAX) {
                    waiting.remove();
                }
            }
        }

        @Override
        public void packet(long now, boolean outbound, byte[] b, int at, int end, Packet meta) {
            write(interfaceId, now, outbound, b, at, end, outbound ? comment(b, at, end) : null);
        }

        /// A link passes segments in the order in which they were written. Events tell relative sequence numbers, so
        /// flags and length must do to know a segment again; what is older than the one found never came here.
        private @Nullable String comment(byte[] b, int at, int end) {
            int ip = ethernet ? at + EthernetHeader.LENGTH : at;
            if (waiting.isEmpty() || end <= ip || !glance.read(b, ip, end) || glance.protocol != IpProtocol.TCP) {
                return null;
            }
            int tcp = glance.transportAt;
            int flags = TcpHeader.flags(b, tcp);
            int length = glance.end - tcp - TcpHeader.dataOffset(b, tcp);
            int older = 0;
            for (TcpEvent.SegmentOut segment : waiting) {
                if (segment.flags() == flags && segment.length() == length) {
                    for (int i = 0; i <= older; i++) {
                        waiting.remove();
                    }
                    return why(segment);
                }
                older++;
            }
            return null;
        }

        private static @Nullable String why(TcpEvent.SegmentOut segment) {
            return switch (segment.why()) {
                case HANDSHAKE, DATA, ACK -> null;
                case WINDOW -> "window update";
                case TIMEOUT -> "sent again: retransmission timeout";
                case FAST -> "sent again: fast retransmit or recovery";
                case LOSS_PROBE -> "sent again: tail loss probe (RFC 8985)";
                case LIMITED_TRANSMIT -> "limited transmit (RFC 3042)";
                case LAST_RESORT -> "sent again: last resort (RFC 6675)";
                case SYN_AGAIN -> "SYN sent again: no answer";
                case PROBE -> "zero-window probe";
                case KEEPALIVE -> "keep-alive probe";
                case CHALLENGE -> "challenge ACK (RFC 5961)";
                case RESET -> "reset in state " + segment.state().rfcName();
            };
        }
    }
}
