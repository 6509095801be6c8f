package io.towpath.netty;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.sctp.SctpServerChannel;
import io.netty.channel.sctp.nio.NioSctpChannel;
import io.towpath.net.Host;
import java.io.IOException;

/// All that [TowpathTransport] knows of Netty's SCTP, apart: who has no `netty-transport-sctp` never loads this class.
final class SctpChannels {
    private SctpChannels() {}

    static ChannelFactory<NioSctpChannel> associations(Host host) {
        return () -> {
            try {
                return new NioSctpChannel(host.sctp().channels().openChannel());
            } catch (IOException e) {
                throw new ChannelException("cannot open a channel", e);
            }
        };
    }

    static ChannelFactory<SctpServerChannel> servers(Host host) {
        return () -> {
            try {
                return new ListeningSctpChannel(host.sctp().channels().openServerChannel());
            } catch (IOException e) {
                throw new ChannelException("cannot open a server channel", e);
            }
        };
    }
}
