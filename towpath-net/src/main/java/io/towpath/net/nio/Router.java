package io.towpath.net.nio;

import io.towpath.net.shard.Opener;
import io.towpath.net.time.Timekeeper;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import org.jspecify.annotations.Nullable;

/// Which host the channels of a provider belong to: decided when a channel is bound or connected.
interface Router {
    /// The host that talks to `remote`; null when it is the operating system's matter.
    @Nullable
    Opener toward(IpAddress remote);

    /// The host to which `local` (null: every address) belongs; null when it is the operating system's matter.
    @Nullable
    Opener at(@Nullable IpAddress local);

    /// The operating system's channels.
    ///
    /// @throws IOException when they cannot be had, with what to do about it
    SelectorProvider outside() throws IOException;

    /// How connections behave unless told otherwise.
    TcpConfig tcp();

    /// The time of all hosts here.
    Timekeeper time();

    /// Everything belongs to one host.
    static Router to(Opener only) {
        return new Router() {
            @Override
            public Opener toward(IpAddress remote) {
                return only;
            }

            @Override
            public Opener at(@Nullable IpAddress local) {
                return only;
            }

            @Override
            public SelectorProvider outside() throws IOException {
                throw new IOException("this provider has channels of one Towpath host only");
            }

            @Override
            public TcpConfig tcp() {
                return only.tcp();
            }

            @Override
            public Timekeeper time() {
                return only.shard().time();
            }
        };
    }
}
