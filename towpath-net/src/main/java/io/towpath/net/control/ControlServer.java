package io.towpath.net.control;

import io.towpath.net.Host;
import io.towpath.net.SocketRow;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Lets other processes of the same user look into a host: a Unix domain socket with mode 600. Whoever connects gets
/// a [HostRow] and the host's sockets, one JSON object to a line, and the end of the stream.
public final class ControlServer implements AutoCloseable {
    private final Host host;
    private final Path path;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();

    private ControlServer(Host host, Path path, ServerSocketChannel server) {
        this.host = host;
        this.path = path;
        this.server = server;
    }

    /// Opens the socket of `host` by its name in [ControlDirectory], and removes those that dead hosts of this
    /// name left there.
    ///
    /// @throws IOException when another host of this process has the same name, or the directory cannot be used
    public static ControlServer open(Host host) throws IOException {
        Path path = ControlDirectory.socket(host.name(), ProcessHandle.current().pid());
        ControlDirectory.make(ControlDirectory.path());
        for (Path other : ControlDirectory.sockets(host.name())) {
            if (!ControlClient.isAnswered(other)) {
                Files.deleteIfExists(other);
            }
        }
        return open(host, path);
    }

    /// Opens a socket at `path`, whose directory must exist.
    ///
    /// @throws IOException when somebody answers there already, or the file cannot be made
    public static ControlServer open(Host host, Path path) throws IOException {
        if (ControlClient.isAnswered(path)) {
            throw new IOException(path + " is in use by another host");
        }
        // Bound where nobody else can come, then moved: so it never is open to others, not even for a moment.
        Path hidden = Files.createTempDirectory(path.toAbsolutePath().getParent(), ".towpath");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Path bound = hidden.resolve("s");
            server.bind(UnixDomainSocketAddress.of(bound));
            Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
            Files.move(bound, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (Throwable failure) {
            server.close();
            throw failure;
        } finally {
            Files.deleteIfExists(hidden.resolve("s"));
            Files.delete(hidden);
        }
        ControlServer control = new ControlServer(host, path, server);
        Thread.ofVirtual().name("towpath-control").start(control::acceptAll);
        return control;
    }

    /// Where the socket is.
    public Path path() {
        return path;
    }

    private void acceptAll() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                clients.add(client);
                Thread.ofVirtual().name("towpath-control").start(() -> answer(client));
            }
        } catch (IOException closed) {
            // by close()
        }
    }

    private void answer(SocketChannel client) {
        try (client) {
            StringBuilder lines = new StringBuilder();
            String addresses = host.addresses().stream().map(Prefix::toString).collect(Collectors.joining(" "));
            long process = ProcessHandle.current().pid();
            lines.append(FlatJson.write(new HostRow(1, host.name(), addresses, process)))
                    .append('\n');
            for (SocketRow row : host.sockets()) {
                lines.append(FlatJson.write(row)).append('\n');
            }
            ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        } catch (IOException gone) {
            // the reader, or the host
        } finally {
            clients.remove(client);
        }
    }

    /// Stops answering and removes the socket. Idempotent.
    @Override
    public void close() {
        try {
            if (server.isOpen()) {
                server.close();
                Files.deleteIfExists(path);
            }
            for (SocketChannel client : clients) {
                client.close();
            }
        } catch (IOException e) {
            // It is closed for our purposes: nobody answers there any more.
        }
    }
}
