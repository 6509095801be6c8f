/// JMH benchmarks. Build and run as docs/performance.md says.
@SuppressWarnings("requires-automatic") // JMH is no named module
module io.towpath.bench {
    requires io.towpath.wire;
    requires io.towpath.stack;
    requires io.towpath.link;
    requires io.towpath.sim;
    requires jmh.core;
    requires static org.jspecify;

    exports io.towpath.bench;
}
