/// Links: where packets come from and go to. Memory pairs, decorators that impair and capture, TUN devices, sockets of
/// the operating system.
module io.towpath.link {
    requires transitive io.towpath.stack;
    requires static org.jspecify;

    exports io.towpath.link;
    exports io.towpath.link.tun;
    exports io.towpath.link.udp;
}
