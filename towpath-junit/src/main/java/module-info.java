/// Tests on simulated networks: ordinary blocking code in virtual time, with JUnit or without.
module io.towpath.junit {
    requires transitive io.towpath.net;
    requires transitive io.towpath.observe;
    requires static transitive org.junit.jupiter.api;
    requires static org.jspecify;

    exports io.towpath.junit;
}
