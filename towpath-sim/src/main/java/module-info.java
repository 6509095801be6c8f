/// The simulator: hosts, wires and workloads in virtual time, and the checkers that watch them.
module io.towpath.sim {
    requires transitive io.towpath.stack;
    requires transitive io.towpath.link;
    requires static org.jspecify;

    exports io.towpath.drill;
    exports io.towpath.sim;
}
