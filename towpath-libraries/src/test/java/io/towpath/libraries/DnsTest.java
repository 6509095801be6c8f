package io.towpath.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.net.Datagram;
import io.towpath.net.Host;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import io.towpath.net.UdpSocket;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// dnsjava asks a server on the other host: by UDP, and by TCP when the answer is cut off. It opens channels of the
/// JVM, and binds them, so it must be told its host's address.
class DnsTest {
    @WithAndWithoutLoss
    void namesAreResolvedByUdpAndByTcp(double loss) throws Exception {
        try (TwoHosts hosts = TwoHosts.withLoss(loss);
                NameServer unused = new NameServer(hosts.server())) {
            SimpleResolver resolver = new SimpleResolver(TwoHosts.SERVER);
            resolver.setLocalAddress(new InetSocketAddress(TwoHosts.CLIENT, 0));
            resolver.setTimeout(Duration.ofMillis(500));
            for (int i = 0; i < 20; i++) {
                Record answer = ask(resolver, "host" + i + ".example.", Type.A);
                assertThat(((ARecord) answer).getAddress())
                        .isEqualTo(InetAddress.getByAddress(new byte[] {10, 1, 2, (byte) i}));
            }
            TXTRecord text = (TXTRecord) ask(resolver, "host7.example.", Type.TXT);
            assertThat(text.getStrings()).hasSize(20);
        }
    }

    /// UDP may lose a question or its answer; then it is asked again.
    private static Record ask(SimpleResolver resolver, String name, int type) throws IOException {
        Message question = Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
        IOException last = null;
        for (int tries = 0; tries < 20; tries++) {
            try {
                return resolver.send(question).getSection(Section.ANSWER).getFirst();
            } catch (IOException lost) {
                last = lost;
            }
        }
        throw last;
    }

    private static final class NameServer implements AutoCloseable {
        private final UdpSocket datagrams;
        private final TcpServer streams;

        NameServer(Host host) throws IOException {
            datagrams = host.udp(53);
            streams = host.listen(53);
            Thread.ofVirtual().start(this::serveDatagrams);
            Thread.ofVirtual().start(this::serveStreams);
        }

        private void serveDatagrams() {
            try {
                while (true) {
                    Datagram question = datagrams.receive();
                    datagrams.send(answer(question.data()).toWire(512), question.from()); // longer ones are cut off
                }
            } catch (IOException closed) {
                // The end of the test.
            }
        }

        private void serveStreams() {
            try {
                while (true) {
                    TcpStream stream = streams.accept();
                    Thread.ofVirtual().start(() -> serve(stream));
                }
            } catch (IOException closed) {
                // The end of the test.
            }
        }

        private static void serve(TcpStream stream) {
            try (stream) {
                DataInputStream in = new DataInputStream(stream.input());
                while (true) {
                    byte[] question = new byte[in.readUnsignedShort()];
                    in.readFully(question);
                    byte[] answer = answer(question).toWire();
                    stream.write(ByteBuffer.allocate(answer.length + 2)
                            .putShort((short) answer.length)
                            .put(answer)
                            .array());
                }
            } catch (IOException gone) {
                // The client has its answer.
            }
        }

        private static Message answer(byte[] question) throws IOException {
            Message asked = new Message(question);
            Message answer = new Message(asked.getHeader().getID());
            answer.getHeader().setFlag(Flags.QR);
            answer.addRecord(asked.getQuestion(), Section.QUESTION);
            answer.addRecord(record(asked.getQuestion()), Section.ANSWER);
            return answer;
        }

        /// `host7.example` is 10.1.2.7, and has much text.
        private static Record record(Record question) throws IOException {
            Name name = question.getName();
            if (question.getType() == Type.TXT) {
                return new TXTRecord(
                        name,
                        DClass.IN,
                        60,
                        java.util.Collections.nCopies(20, "a line of text, longer than it need be"));
            }
            int number = Integer.parseInt(name.getLabelString(0).substring("host".length()));
            return new ARecord(name, DClass.IN, 60, InetAddress.getByAddress(new byte[] {10, 1, 2, (byte) number}));
        }

        @Override
        public void close() {
            datagrams.close();
            streams.close();
        }
    }
}
