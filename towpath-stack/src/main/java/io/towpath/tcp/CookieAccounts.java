package io.towpath.tcp;

/// What became of a listener's SYN cookies (RFC 4987 §3.6). One writer, the stack's owner.
public final class CookieAccounts {
    private long sent;
    private long accepted;
    private long failed;

    CookieAccounts() {}

    /// For the engine: something happened.
    public void count(TcpEvent.CookieStep step) {
        switch (step) {
            case SENT -> sent++;
            case ACCEPTED -> accepted++;
            case FAILED -> failed++;
        }
    }

    /// SYNs answered with one.
    public long sent() {
        return sent;
    }

    /// Connections that one made.
    public long accepted() {
        return accepted;
    }

    /// Acknowledgments that might have brought one and did not.
    public long failed() {
        return failed;
    }

    /// For people: empty when none was sent.
    public String text() {
        return sent == 0 ? "" : "cookies sent " + sent + " accepted " + accepted + " failed " + failed;
    }
}
