package io.towpath.tcp.recovery;

/// F-RTO (RFC 5682): finds out after a timeout, from the next two acknowledgments and without any option,
/// whether the timeout was spurious. After the first that moves SND.UNA new data is sent instead of old; if
/// something that was sent before the timeout and never again is then acknowledged, it was only late.
final class Frto {
    private boolean active;
    private boolean probing;

    Frto() {}

    /// §2.1 (1): the timer expired and the first segment is sent again.
    void begin(boolean eligible) {
        active = eligible;
        probing = false;
    }

    void end() {
        active = false;
        probing = false;
    }

    /// True when new data goes before what is deemed lost (§2.1 step 2b: "transmit up to two new (previously
    /// unsent) segments").
    boolean prefersNew() {
        return active && probing;
    }

    /// Takes an acknowledgment in timeout recovery that does not end it.
    ///
    /// @param advanced it moved SND.UNA
    /// @param duplicate it reported new SACK blocks, or was a duplicate without SACK
    /// @param original it acknowledged something sent before the timeout and never again
    /// @param mayProbe new data and room in the peer's window are there
    /// @return true when the timeout was spurious
    boolean onAcknowledgment(boolean advanced, boolean duplicate, boolean original, boolean mayProbe) {
        if (!active) {
            return false;
        }
        if (original) {
            // §3.1 (3b): "If the sender receives an acknowledgement that … includes data that was not retransmitted".
            end();
            return true;
        }
        if (advanced && mayProbe && !probing) {
            probing = true;
        } else if (advanced || duplicate) {
            end(); // §2.1 (2a) and (3a): the loss was real, or there is no way to tell
        }
        return false;
    }
}
