package io.towpath.net.control;

import io.towpath.net.SocketRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Asks a running host for its sockets.
public final class ControlClient {
    /// What a host said.
    ///
    /// @param host the host
    /// @param sockets its sockets: listeners, connections, UDP
    public record Listing(HostRow host, List<SocketRow> sockets) {}

    private ControlClient() {}

    /// Asks the host behind the control socket at `path`.
    ///
    /// @throws IOException when nobody answers there, or something that is not a host
    public static Listing ask(Path path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
            String first = lines.readLine();
            if (first == null) {
                throw new IOException(path + ": no answer");
            }
            HostRow host = FlatJson.read(HostRow.class, first);
            if (host.version() != 1) {
                throw new IOException(path + " speaks version " + host.version() + ", not 1");
            }
            List<SocketRow> sockets = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                sockets.add(FlatJson.read(SocketRow.class, line));
            }
            return new Listing(host, List.copyOf(sockets));
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    /// Whether somebody listens at `path`.
    static boolean isAnswered(Path path) {
        if (!Files.exists(path)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return channel.isConnected();
        } catch (IOException nobody) {
            return false;
        }
    }
}
