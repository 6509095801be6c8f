/// Formats of packets and captures: pure functions over `byte[]`, no state, no I/O.
module io.towpath.wire {
    requires static org.jspecify;

    exports io.towpath.wire;
}
