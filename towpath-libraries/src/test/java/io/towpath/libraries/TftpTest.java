package io.towpath.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.net.Host;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.commons.net.DatagramSocketFactory;
import org.apache.commons.net.tftp.TFTP;
import org.apache.commons.net.tftp.TFTPAckPacket;
import org.apache.commons.net.tftp.TFTPClient;
import org.apache.commons.net.tftp.TFTPDataPacket;
import org.apache.commons.net.tftp.TFTPPacket;
import org.apache.commons.net.tftp.TFTPPacketException;
import org.apache.commons.net.tftp.TFTPReadRequestPacket;
import org.apache.commons.net.tftp.TFTPWriteRequestPacket;

/// TFTP of commons-net, client and server, whose sockets are made by a factory for each host.
class TftpTest {
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private record Sockets(Host host) implements DatagramSocketFactory {
        private DatagramSocket socket(InetSocketAddress local) throws SocketException {
            try {
                return host.datagramSocket(local);
            } catch (SocketException e) {
                throw e;
            } catch (IOException e) {
                throw (SocketException) new SocketException(e.getMessage()).initCause(e);
            }
        }

        @Override
        public DatagramSocket createDatagramSocket() throws SocketException {
            return socket(new InetSocketAddress(0));
        }

        @Override
        public DatagramSocket createDatagramSocket(int port) throws SocketException {
            return socket(new InetSocketAddress(port));
        }

        @Override
        public DatagramSocket createDatagramSocket(int port, InetAddress address) throws SocketException {
            return socket(new InetSocketAddress(address, port));
        }
    }

    @WithAndWithoutLoss
    void aFileGoesThereAndComesBack(double loss) throws Exception {
        byte[] file = TwoHosts.data(20_000);
        try (TwoHosts hosts = TwoHosts.withLoss(loss);
                FileServer files = new FileServer(hosts.server());
                TFTPClient client = new TFTPClient()) {
            client.setDatagramSocketFactory(new Sockets(hosts.client()));
            client.setDefaultTimeout(PATIENCE);
            client.setMaxTimeouts(10);
            InetAddress server = InetAddress.getByName(TwoHosts.SERVER);
            if (loss == 0) {
                client.open();
                client.sendFile("name", TFTP.BINARY_MODE, new ByteArrayInputStream(file), server, 69);
                client.close();
            } else {
                files.files.put("name", file); // this client repeats nothing: it cannot send where packets are lost
            }
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            untilAnswered(client, () -> client.receiveFile("name", TFTP.BINARY_MODE, back, server, 69));
            assertThat(back.toByteArray()).isEqualTo(file);
        }
    }

    private interface Request {
        void run() throws IOException;
    }

    /// This client leaves it to the server to repeat what was lost, which cannot know of a request that was.
    private static void untilAnswered(TFTPClient client, Request request) throws IOException {
        for (int tries = 1; ; tries++) {
            client.open();
            try {
                request.run();
                return;
            } catch (IOException lost) {
                if (tries == 10 || !"Connection timed out.".equals(lost.getMessage())) {
                    throw lost;
                }
            } finally {
                client.close();
            }
        }
    }

    /// A server for one transfer at a time.
    private static final class FileServer implements AutoCloseable {
        private final Host host;
        private final TFTP requests = new TFTP();
        private final Map<String, byte[]> files = new ConcurrentHashMap<>();
        private volatile boolean closed;

        FileServer(Host host) throws IOException {
            this.host = host;
            requests.setDatagramSocketFactory(new Sockets(host));
            requests.open(69);
            Thread.ofVirtual().start(this::serve);
        }

        private void serve() {
            while (!closed) {
                try {
                    switch (requests.receive()) {
                        case TFTPReadRequestPacket read -> Thread.ofVirtual().start(() -> send(read));
                        case TFTPWriteRequestPacket write -> Thread.ofVirtual().start(() -> receive(write));
                        default -> throw new IOException("not a request");
                    }
                } catch (IOException | TFTPPacketException e) {
                    // Not a request, or the end of the test.
                }
            }
        }

        private interface Transfer {
            void run(TFTP transfer) throws IOException;
        }

        /// Each transfer has a port of its own (RFC 1350 §4).
        private void on(Transfer transfer) {
            try (TFTP own = new TFTP()) {
                own.setDatagramSocketFactory(new Sockets(host));
                own.setDefaultTimeout(PATIENCE);
                own.open();
                transfer.run(own);
            } catch (IOException e) {
                // The client gives up, or the test ends.
            }
        }

        private void send(TFTPReadRequestPacket request) {
            byte[] file = files.get(request.getFilename());
            on(own -> {
                for (int block = 1; (block - 1) * 512 <= file.length; block++) {
                    byte[] part = Arrays.copyOfRange(file, (block - 1) * 512, Math.min(file.length, block * 512));
                    int wanted = block;
                    TFTPPacket unused = exchange(
                            own,
                            new TFTPDataPacket(request.getAddress(), request.getPort(), block, part),
                            answer -> answer instanceof TFTPAckPacket ack && ack.getBlockNumber() == wanted);
                }
            });
        }

        private void receive(TFTPWriteRequestPacket request) {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            on(own -> {
                int last = 512;
                for (int block = 0; last == 512; block++) {
                    int wanted = block + 1;
                    TFTPDataPacket data = (TFTPDataPacket) exchange(
                            own,
                            new TFTPAckPacket(request.getAddress(), request.getPort(), block),
                            answer -> answer instanceof TFTPDataPacket next && next.getBlockNumber() == wanted);
                    file.write(data.getData(), data.getDataOffset(), data.getDataLength());
                    last = data.getDataLength();
                    if (last < 512) {
                        files.put(request.getFilename(), file.toByteArray());
                        // The acknowledgment of the last block may be lost: the client then sends the block again,
                        // and gives up otherwise when nobody is there any more.
                        TFTPPacket unused = exchange(
                                own,
                                new TFTPAckPacket(request.getAddress(), request.getPort(), wanted),
                                answer -> false);
                    }
                }
            });
        }

        /// Sends `packet`, again whenever nothing comes for a while, until the answer that is waited for comes. Other
        /// answers are late, and are not answered, or the two sides would multiply their packets.
        private static TFTPPacket exchange(TFTP own, TFTPPacket packet, Predicate<TFTPPacket> wanted)
                throws IOException {
            for (int tries = 0; tries < 20; tries++) {
                own.send(packet);
                try {
                    for (TFTPPacket answer = own.receive(); ; answer = own.receive()) {
                        if (wanted.test(answer)) {
                            return answer;
                        }
                    }
                } catch (InterruptedIOException | TFTPPacketException nothing) {
                    // Again.
                }
            }
            throw new IOException("no answer");
        }

        @Override
        public void close() {
            closed = true;
            requests.close();
        }
    }
}
