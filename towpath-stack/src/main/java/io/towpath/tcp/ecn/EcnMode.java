package io.towpath.tcp.ecn;

/// The feedback that both sides of a connection agreed on.
public enum EcnMode {
    /// None: nothing is marked as ECN-capable.
    NONE("none"),
    /// RFC 3168: ECE until CWR.
    CLASSIC("classic"),
    /// RFC 9768: a counter of marked segments in three flags of every segment.
    ACCURATE("accurate");

    private final String text;

    EcnMode(String text) {
        this.text = text;
    }

    /// One word, lower case.
    public String text() {
        return text;
    }
}
