/// Netty on Towpath hosts.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // what Netty has of SCTP is no named module
module io.towpath.netty {
    requires transitive io.towpath.net;
    requires transitive io.netty.transport;
    requires static transitive io.netty.transport.sctp;
    requires static transitive jdk.sctp;
    requires static org.jspecify;

    exports io.towpath.netty;
}
