package io.towpath.cli;

import io.towpath.core.Event;
import io.towpath.core.Medium;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.link.LinkInfo;
import io.towpath.observe.Ladder;
import io.towpath.observe.LadderItem;
import io.towpath.observe.PcapngFile;
import io.towpath.observe.Totals;
import io.towpath.sim.SimHost;
import io.towpath.sim.Wire;
import io.towpath.sim.World;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The demo's scenario: two hosts, one bad wire, virtual time. A TCP connection opens, moves a file, gets the digest
/// of it for an answer and closes; then some UDP datagrams and pings go back and forth. At last an SCTP
/// association opens over two wires, of which one is cut half-way.
final class Demo {
    /// The parts of the conversation, in their order.
    enum Part {
        HANDSHAKE,
        TRANSFER,
        CLOSE,
        UDP,
        PING,
        ASSOCIATION,
        MESSAGES,
        CUT,
        SHUTDOWN
    }

    /// So long may a part take in virtual time: a wire that loses 30 % makes TCP crawl, not stop.
    private static final long PART_NANOS_MAX = 30 * 86_400 * Time.SECOND;

    /// Between two looks at the progress.
    private static final long SLICE_NANOS = 20 * Time.MILLISECOND;

    private static final long PATIENCE_NANOS = 86_400 * Time.SECOND;
    private static final int MTU = 1500;
    private static final int PORT = 9000;
    private static final int DATAGRAMS = 3;
    private static final int PINGS = 3;

    /// RFC 6298 §2.4 wants a second and allows less; Linux takes this.
    static final long RTO_NANOS_MIN = 200 * Time.MILLISECOND;

    private final DemoOptions options;
    private final DemoViewer viewer;
    private final World world;
    private final SimHost client;
    private final SimHost server;
    private final Wire wire;
    private final Wire second;
    private final Ladder ladder = new Ladder("client", "server", 2);
    private final CwndHistory cwnd = new CwndHistory();
    private final @Nullable PcapngFile capture;
    private final IpAddress serverAddress;
    private int mark;
    private long beganAt;

    /// Builds the network; nothing happens before [#play()].
    private Demo(DemoOptions options, DemoViewer viewer) throws IOException {
        this.options = options;
        this.viewer = viewer;
        world = new World(options.seed());
        client = world.host("client").tcpDefaults(tcp()).address("10.0.0.1/24");
        server = world.host("server").tcpDefaults(tcp()).address("10.0.0.2/24");
        wire = world.connect(
                client,
                server,
                MTU,
                Offloads.NONE,
                Impairments.NONE.withLoss(options.loss()).withDelay(options.delayNanos()));
        client.address("10.0.1.1/24");
        server.address("10.0.1.2/24");
        second = world.connect(
                client,
                server,
                MTU,
                Offloads.NONE,
                Impairments.NONE.withLoss(options.loss()).withDelay(options.delayNanos()));
        serverAddress = server.address(4);
        capture = options.pcap() == null ? null : PcapngFile.create(options.pcap(), "towpath demo", 0);
        watch();
    }

    /// On a wire that loses a third of all packets, nine retransmissions in a row are lost now and then: that must not
    /// end the demo.
    private static TcpConfig tcp() {
        return TcpConfig.defaults()
                .withMinRtoNanos(RTO_NANOS_MIN)
                .withSynTimeoutNanos(PATIENCE_NANOS)
                .withUserTimeoutNanos(PATIENCE_NANOS);
    }

    private void watch() {
        wire.capture(client, ladder.leftPackets());
        wire.capture(server, ladder.rightPackets());
        client.context().events().add(ladder.leftStates(), Event.Kind.TCP_STATE);
        server.context().events().add(ladder.rightStates(), Event.Kind.TCP_STATE);
        client.context().events().add(cwnd, Event.Kind.TCP_ACK);
        if (capture != null) {
            tap(capture, client);
            tap(capture, server);
        }
    }

    private void tap(PcapngFile file, SimHost host) {
        PcapngFile.Tap tap = file.tap(new LinkInfo(host.name(), Medium.RAW_IP, MTU, Offloads.NONE));
        wire.capture(host, tap);
        second.capture(host, tap);
        host.context().events().add(tap, Event.Kind.TCP_SEGMENT_OUT);
    }

    /// Plays the scenario.
    ///
    /// @throws CommandFailure when the capture cannot be written
    static DemoReport play(DemoOptions options, DemoViewer viewer) {
        Demo demo;
        try {
            demo = new Demo(options, viewer);
        } catch (IOException e) {
            throw CommandFailure.failed("cannot write " + options.pcap() + ": " + Reasons.of(e));
        }
        try {
            return demo.play();
        } finally {
            demo.endCapture();
        }
    }

    private void endCapture() {
        if (capture == null) {
            return;
        }
        try {
            capture.close();
        } catch (IOException e) {
            throw CommandFailure.failed("cannot write " + options.pcap() + ": " + Reasons.of(e));
        }
    }

    private DemoReport play() {
        viewer.begin();
        long wallBegan = System.nanoTime();
        var content = new DemoContent(options.size(), world.entropy().split("demo file"));
        var uploader = new DemoUploader(client, content);
        var receiver = new DemoReceiver(server);
        client.add(uploader);
        server.add(receiver);
        receiver.listen(world.now(), PORT, tcp());
        uploader.open(world.now(), serverAddress, PORT, tcp());

        boolean opened = advance(uploader, receiver, uploader::isOpen);
        long transferBegan = world.now();
        long transferEnded = transferBegan;
        beganAt = transferBegan;
        // The client does not wait for the server: its data completes the handshake where its ACK is lost. What
        // became of that ACK is known, and shown, when the server has opened too.
        List<LadderItem> handshake = ladder.since(0);
        mark = ladder.mark();
        if (opened) {
            uploader.send(transferBegan);
            opened = advance(uploader, receiver, receiver::isOpen);
        }
        viewer.part(Part.HANDSHAKE, ladder, handshake);
        boolean answered = false;
        if (opened) {
            answered = advance(
                    uploader,
                    receiver,
                    () -> noteProgress(receiver) && uploader.isAnswered() && receiver.isAnswerDelivered());
            transferEnded = world.now();
        }
        end(Part.TRANSFER);
        boolean closed = false;
        if (answered) {
            uploader.close(world.now());
            closed = advance(uploader, receiver, () -> uploader.isClosed() && receiver.isClosed());
        }
        end(Part.CLOSE);
        DemoDatagrams datagrams = datagrams();
        DemoPings pings = pings();
        DemoReport.Messages messages = messages();
        byte[] sent = content.isAtEnd() ? content.digest() : new byte[0];
        return new DemoReport(
                options,
                new DemoReport.Transfer(
                        receiver.received(),
                        sent,
                        receiver.sum(),
                        answered ? uploader.answer() : null,
                        closed,
                        uploader.error() != null ? uploader.error() : receiver.error(),
                        transferEnded - transferBegan),
                new DemoReport.Datagrams(
                        datagrams.wanted(),
                        datagrams.echoed(),
                        datagrams.sent(),
                        datagrams.bestNanos(),
                        datagrams.isIntact()),
                new DemoReport.Pings(
                        pings.sent(),
                        pings.answered(),
                        pings.bestNanos(),
                        pings.meanNanos(),
                        pings.worstNanos(),
                        pings.isIntact()),
                messages,
                Totals.of(
                        client.context().counters(),
                        server.context().counters(),
                        wire.counters(client),
                        wire.counters(server)),
                cwnd,
                world.now(),
                System.nanoTime() - wallBegan,
                world.hash());
    }

    private DemoDatagrams datagrams() {
        server.add(new DemoDatagrams.Echo(server));
        var datagrams = new DemoDatagrams(
                client, serverAddress, DATAGRAMS, patience(), world.entropy().split("demo datagrams"));
        client.add(datagrams);
        datagrams.start(world.now());
        advance(datagrams::isDone);
        end(Part.UDP);
        return datagrams;
    }

    private DemoPings pings() {
        var pings = new DemoPings(client, serverAddress, PINGS, patience());
        client.add(pings);
        pings.start(world.now());
        advance(pings::isDone);
        end(Part.PING);
        return pings;
    }

    /// SCTP over both wires, the first of which is cut when half of the messages are there.
    private DemoReport.Messages messages() {
        var drawn = new Ladder("client", "server", 3);
        for (Wire each : List.of(wire, second)) {
            each.capture(client, drawn.leftPackets());
            each.capture(server, drawn.rightPackets());
        }
        client.context().events().add(drawn.leftStates(), Event.Kind.SCTP_STATE);
        server.context().events().add(drawn.rightStates(), Event.Kind.SCTP_STATE);
        List<IpAddress> addresses = List.of(serverAddress, IpAddress.parse("10.0.1.2"));
        var association = new DemoAssociation(
                client, server, addresses, options.size(), world.entropy().split("demo messages"));
        advance(() -> association.isOpen() || association.error() != null);
        int from = show(Part.ASSOCIATION, drawn, 0);
        association.send(world.now());
        advance(() -> association.delivered() >= association.count() / 2 || association.error() != null);
        from = show(Part.MESSAGES, drawn, from);
        wire.impair(Impairments.PARTITION);
        long cutAt = world.now();
        long underWay = cutAt + 2 * options.delayNanos();
        long[] resumedAt = {0};
        advance(() -> {
            if (resumedAt[0] == 0 && association.deliveredAt() > underWay) {
                resumedAt[0] = association.deliveredAt();
            }
            return association.isDelivered() || association.error() != null;
        });
        from = show(Part.CUT, drawn, from);
        association.shutDown(world.now());
        advance(() -> association.isClosed() || association.error() != null);
        show(Part.SHUTDOWN, drawn, from);
        return association.report(resumedAt[0] == 0 ? 0 : resumedAt[0] - cutAt);
    }

    private int show(Part part, Ladder drawn, int from) {
        viewer.part(part, drawn, drawn.since(from));
        return drawn.mark();
    }

    /// Longer than any answer takes.
    private long patience() {
        return 3 * options.delayNanos() + 100 * Time.MILLISECOND;
    }

    private boolean noteProgress(DemoReceiver receiver) {
        viewer.progress(receiver.received(), world.now() - beganAt);
        return true;
    }

    private void end(Part part) {
        viewer.part(part, ladder, ladder.since(mark));
        mark = ladder.mark();
        beganAt = world.now();
    }

    /// True when `done` holds; false when the connection died before.
    private boolean advance(DemoUploader uploader, DemoReceiver receiver, BooleanSupplier done) {
        advance(() -> done.getAsBoolean() || uploader.error() != null || receiver.error() != null);
        return uploader.error() == null && receiver.error() == null && done.getAsBoolean();
    }

    private void advance(BooleanSupplier done) {
        if (!options.realTime()) {
            world.runUntil(done, world.now() + PART_NANOS_MAX);
            return;
        }
        long wallBegan = System.nanoTime();
        long virtualBegan = world.now();
        while (!world.runUntil(done, world.now() + SLICE_NANOS)) {
            long ahead = world.now() - virtualBegan - (System.nanoTime() - wallBegan);
            LockSupport.parkNanos(ahead);
        }
    }
}
