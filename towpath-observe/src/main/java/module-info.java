/// Ways to look at a stack from outside: captures in files, ladder diagrams, totals.
module io.towpath.observe {
    requires transitive io.towpath.stack;
    requires transitive io.towpath.link;
    requires static org.jspecify;

    exports io.towpath.observe;
}
