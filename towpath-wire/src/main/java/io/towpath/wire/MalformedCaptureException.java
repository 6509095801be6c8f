package io.towpath.wire;

/// Octets that were read as a capture file are not one, or end too early.
public final class MalformedCaptureException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Where in the file.
    private final long offset;

    MalformedCaptureException(String what, long offset) {
        super("malformed capture at octet " + offset + ": " + what);
        this.offset = offset;
    }

    /// Where in the file, in octets from its beginning.
    public long offset() {
        return offset;
    }
}
