package io.towpath.tcp.config;

import io.towpath.wire.TcpOptions;

/// In which order a SYN carries its options, and with what they are padded. No RFC asks for an order (RFC 9293 §3.1,
/// MUST-64 asks receivers to take them "in any order"), but it is what gives a host away, and what scripts written
/// for one system look for.
public enum SynLayout {
    /// `mss,sackOK,TS,nop,wscale`: the SACK permission fills the gap in front of the timestamps. Linux does so.
    SACK_FIRST {
        @Override
        public int writeOpen(
                byte[] b, int from, int mss, int scale, boolean sack, boolean stamps, int tsVal, int tsEcr) {
            int at = TcpOptions.writeMss(b, from, mss);
            if (sack || stamps) {
                at = sack && stamps ? at : TcpOptions.writeNop(b, TcpOptions.writeNop(b, at));
                at = sack ? TcpOptions.writeSackPermitted(b, at) : at;
                at = stamps ? TcpOptions.writeTimestamps(b, at, tsVal, tsEcr) : at;
            }
            return scale >= 0 ? TcpOptions.writeWindowScale(b, at, scale) : at;
        }
    },
    /// `mss,nop,wscale,sackOK,TS`, and `eol` behind the last one. FreeBSD does so.
    SCALE_FIRST {
        @Override
        public int writeOpen(
                byte[] b, int from, int mss, int scale, boolean sack, boolean stamps, int tsVal, int tsEcr) {
            int at = TcpOptions.writeMss(b, from, mss);
            at = scale >= 0 ? TcpOptions.writeWindowScale(b, at, scale) : at;
            at = sack ? TcpOptions.writeSackPermitted(b, at) : at;
            if (stamps) {
                while ((at - from) % 4 != 2) {
                    at = TcpOptions.writeNop(b, at);
                }
                at = TcpOptions.writeTimestamps(b, at, tsVal, tsEcr);
            }
            return at;
        }
    };

    /// Octets of the longest SYN options that are written here.
    public static final int LENGTH_MAX = 20;

    /// Writes the options from offset `from` on, without the padding to a multiple of four octets: others may
    /// follow.
    ///
    /// @param scale window shift, −1 for none
    /// @param tsVal our clock
    /// @param tsEcr the peer's, 0 in a first SYN
    /// @return the offset behind them
    public abstract int writeOpen(
            byte[] b, int from, int mss, int scale, boolean sack, boolean stamps, int tsVal, int tsEcr);

    /// Writes the options from offset `from` on, padded to a multiple of four octets.
    ///
    /// @param scale window shift, −1 for none
    /// @param tsVal our clock
    /// @param tsEcr the peer's, 0 in a first SYN
    /// @return the offset behind them
    public int write(byte[] b, int from, int mss, int scale, boolean sack, boolean stamps, int tsVal, int tsEcr) {
        return pad(b, from, writeOpen(b, from, mss, scale, sack, stamps, tsVal, tsEcr));
    }

    /// Ends the options that began at `from` and reach to `at`.
    ///
    /// @return the offset behind the padding
    public static int pad(byte[] b, int from, int at) {
        int end = at;
        while ((end - from & 3) != 0) {
            b[end++] = TcpOptions.END;
        }
        return end;
    }
}
