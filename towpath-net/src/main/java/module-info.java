/// The runtime: hosts on live links, with blocking sockets for any number of threads.
module io.towpath.net {
    requires transitive io.towpath.stack;
    requires transitive io.towpath.link;
    requires jdk.net;
    requires static transitive jdk.sctp;
    requires static org.jspecify;

    exports io.towpath.net;
    exports io.towpath.net.control;
    exports io.towpath.net.sctp;
    exports io.towpath.net.service;
    exports io.towpath.net.time;

    provides java.net.spi.InetAddressResolverProvider with
            io.towpath.net.name.TowpathResolverProvider;
}
