package io.towpath.junit;

/// Nothing can happen any more, or not within the limit of simulated time: whoever waits would wait for ever.
/// The message says who waits where.
public final class StalemateException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /// @param message who waits where
    public StalemateException(String message) {
        super(message);
    }
}
