package io.towpath.netty;

import io.netty.channel.ChannelFactory;
import io.netty.channel.sctp.SctpServerChannel;
import io.netty.channel.sctp.nio.NioSctpChannel;
import io.towpath.net.Host;

/// All that [TowpathTransport] knows of Netty's SCTP, apart: who has no `netty-transport-sctp` never loads this class.
final class SctpChannels {
    private SctpChannels() {}

    static ChannelFactory<NioSctpChannel> associations(Host host) {
        return () -> new NioSctpChannel(host.sctp().channels().openChannel());
    }

    static ChannelFactory<SctpServerChannel> servers(Host host) {
        return () -> new ListeningSctpChannel(host.sctp().channels().openServerChannel());
    }
}
