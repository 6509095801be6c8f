/// The command line: demo, host, ss, bench, sim.
module io.towpath.cli {
    requires io.towpath.wire;
    requires io.towpath.stack;
    requires io.towpath.link;
    requires io.towpath.observe;
    requires io.towpath.sim;
    requires io.towpath.net;
    requires io.avaje.json;
    requires info.picocli;
    requires java.management;
    requires jdk.management;
    requires static org.jspecify;

    exports io.towpath.cli;

    opens io.towpath.cli to
            info.picocli;
}
