package io.towpath.net.service;

import java.io.IOException;

/// Something that a host offers on its ports.
public interface Service {
    /// One word, as in `/etc/services` where it has one.
    String name();

    /// The port it has, for TCP and where it speaks UDP for UDP too.
    int port();

    /// Where it is, and what else a reader should know: `tcp/7 udp/7`.
    String description();

    /// Opens its ports by `serving`.
    ///
    /// @throws IOException when a port is taken
    void open(Serving serving) throws IOException;
}
