package io.towpath.tcp.ecn;

/// The feedback that both sides of a connection agreed on.
public enum EcnMode {
    /// None: nothing is marked as ECN-capable.
    NONE("none"),
    /// RFC 3168: ECE until CWR.
    CLASSIC("classic");

    private final String text;

    EcnMode(String text) {
        this.text = text;
    }

    /// One word, lower case.
    public String text() {
        return text;
    }
}
