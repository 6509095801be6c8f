/// Netty on Towpath hosts.
module io.towpath.netty {
    requires transitive io.towpath.net;
    requires transitive io.netty.transport;
    requires static org.jspecify;

    exports io.towpath.netty;
}
