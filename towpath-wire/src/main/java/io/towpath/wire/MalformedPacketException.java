package io.towpath.wire;

/// Octets given to a `parse` method are not the format that it reads. Tools ask `check` first and never see this.
public final class MalformedPacketException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /// What is wrong.
    private final Malformed fault;

    MalformedPacketException(String format, Malformed fault) {
        super("malformed " + format + ": " + fault);
        this.fault = fault;
    }

    /// What is wrong.
    public Malformed fault() {
        return fault;
    }

    static void require(String format, Malformed fault) {
        if (fault != Malformed.NONE) {
            throw new MalformedPacketException(format, fault);
        }
    }
}
