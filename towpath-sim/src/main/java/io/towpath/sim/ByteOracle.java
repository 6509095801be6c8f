package io.towpath.sim;

/// Knows every byte that one side of a connection writes, and so whether each byte that the other side reads is the
/// right one: right value, right order, nothing twice, nothing before it was written, and nothing missing when the
/// stream ends in order.
///
/// One oracle per direction of a connection. Single owner.
public final class ByteOracle {
    private final Findings findings;
    private final String name;
    private final Content content;
    private long written;
    private long delivered;
    private boolean closed;
    private boolean ended;

    /// Watches one direction.
    ///
    /// @param name for messages: `c3 client to server`
    /// @param key seed of the content
    /// @param findings where to complain
    public ByteOracle(String name, long key, Findings findings) {
        this.name = name;
        content = new Content(key);
        this.findings = findings;
    }

    /// Writes the next `n` bytes that the writer shall send to `to[at..at+n)`, without counting them as written.
    public void supply(byte[] to, int at, int n) {
        content.fill(written, to, at, n);
    }

    /// The writer handed `n` of the bytes supplied to its stack.
    public void wrote(int n) {
        written += n;
    }

    /// The writer closed its direction: what was written is all there will be.
    public void close() {
        closed = true;
    }

    /// The reader was given `b[at..at+n)`.
    public void deliver(long now, byte[] b, int at, int n) {
        int wrong = content.mismatch(delivered, b, at, n);
        if (wrong >= 0) {
            findings.add(
                    now,
                    "bytes",
                    name + ": byte " + (delivered + wrong) + " is " + (b[at + wrong] & 0xff)
                            + ", not what was written");
        }
        delivered += n;
        if (delivered > written) {
            findings.add(now, "bytes", name + ": " + delivered + " bytes delivered, only " + written + " were written");
        }
        if (ended) {
            findings.add(now, "bytes", name + ": " + n + " bytes delivered after the end of the stream");
        }
    }

    /// The reader was told that the stream ended in order.
    public void end(long now) {
        ended = true;
        if (!closed) {
            findings.add(now, "bytes", name + ": ended although the writer did not close");
        } else if (delivered != written) {
            findings.add(
                    now, "bytes", name + ": ended after " + delivered + " bytes, but " + written + " were written");
        }
    }

    /// Bytes written so far.
    public long written() {
        return written;
    }

    /// Bytes delivered so far.
    public long delivered() {
        return delivered;
    }

    /// True when the reader saw the end.
    public boolean isEnded() {
        return ended;
    }

    /// True when the writer closed.
    public boolean isClosed() {
        return closed;
    }
}
