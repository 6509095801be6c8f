/// The protocol core of one host: no I/O, no threads, no clock. Start reading at `io.towpath.stack.Stack`.
module io.towpath.stack {
    requires transitive io.towpath.wire;
    requires static org.jspecify;

    exports io.towpath.core;
    exports io.towpath.congestion;
    exports io.towpath.ip;
    exports io.towpath.udp;
    exports io.towpath.tcp;
    exports io.towpath.tcp.config;
    exports io.towpath.sctp;
    exports io.towpath.nat;
    exports io.towpath.stack;
}
