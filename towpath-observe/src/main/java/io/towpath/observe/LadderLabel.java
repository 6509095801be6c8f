package io.towpath.observe;

/// What a packet of a [Ladder] says.
public sealed interface LadderLabel {
    /// Bytes for the user in it.
    int dataBytes();

    /// True when it carries data that was sent before.
    boolean isAgain();

    /// A TCP segment of the connection that the ladder follows. Sequence numbers are relative: SYN is 0.
    ///
    /// @param flags flag bits as on the wire ([io.towpath.wire.TcpHeader])
    /// @param seq relative sequence number
    /// @param ack relative acknowledgment number, −1 without ACK
    /// @param dataBytes bytes of data
    /// @param window as on the wire, not scaled
    /// @param options what the options say, in a few words; empty when they say nothing of interest
    /// @param isAgain true when its sequence numbers were sent before
    record Tcp(int flags, long seq, long ack, int dataBytes, int window, String options, boolean isAgain)
            implements LadderLabel {
        /// True when any of the flags `bits` is set.
        public boolean has(int bits) {
            return (flags & bits) != 0;
        }

        /// The flags as the RFC writes them: `SYN,ACK`; `-` for none.
        public String flagNames() {
            String[] names = {"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"};
            // SYN, FIN and RST first: they say what the segment is for.
            int[] order = {1, 0, 2, 3, 5, 4, 6, 7, 8};
            var text = new StringBuilder();
            for (int bit : order) {
                if ((flags & 1 << bit) != 0) {
                    text.append(text.isEmpty() ? "" : ",").append(names[bit]);
                }
            }
            return text.isEmpty() ? "-" : text.toString();
        }
    }

    /// An SCTP packet. TSNs are relative: the first of each side is 1.
    ///
    /// @param text its chunks, with the path in front unless it is the first one
    /// @param dataBytes bytes of data
    /// @param isAgain true when it carries a TSN that was sent before
    /// @param isNotable true when it has more to say than data, acknowledgments and heartbeats
    record Sctp(String text, int dataBytes, boolean isAgain, boolean isNotable) implements LadderLabel {}

    /// Any other packet.
    ///
    /// @param text protocol and what matters of it, in a few words
    /// @param dataBytes bytes of data
    record Other(String text, int dataBytes) implements LadderLabel {
        @Override
        public boolean isAgain() {
            return false;
        }
    }
}
