package io.towpath.wire;

import java.util.List;

/// One TCP option as a value for tests and tools; engines use [TcpOptions]. `toString` is its part of the one-line
/// notation.
///
/// A list that was [#parse]d [#emit]s the same octets: what cannot be read is kept as [Malformed], padding behind
/// the end of the list in [End].
public sealed interface TcpOption {
    /// The kind octet; −1 for octets that are not an option.
    int kind();

    /// Writes the option.
    ///
    /// @return the offset after it
    int write(byte[] b, int at);

    /// Octets on the wire.
    int length();

    /// Reads the options in `at` … `end`, which must lie in the array. Never throws on what they contain.
    static List<TcpOption> parse(byte[] b, int at, int end) {
        return TcpOptionReader.read(b, at, end);
    }

    /// The octets of the options, padded by zeros (END) to a multiple of four.
    static byte[] emit(List<TcpOption> options) {
        int length = 0;
        for (TcpOption option : options) {
            length += option.length();
        }
        byte[] b = new byte[(length + 3) & ~3];
        int next = 0;
        for (TcpOption option : options) {
            next = option.write(b, next);
        }
        return b;
    }

    private static int head(byte[] b, int at, int kind, int length) {
        Bytes.put16(b, at, kind << 8 | length);
        return at + 2;
    }

    /// End of option list.
    ///
    /// @param padding what follows it in the header; zeros (RFC 9293 §3.1 MUST-69)
    record End(Octets padding) implements TcpOption {
        /// The end without padding.
        public End() {
            this(Octets.EMPTY);
        }

        @Override
        public int kind() {
            return TcpOptions.END;
        }

        @Override
        public int length() {
            return 1 + padding.length();
        }

        @Override
        public int write(byte[] b, int at) {
            Bytes.put8(b, at, TcpOptions.END);
            return padding.write(b, at + 1);
        }

        @Override
        public String toString() {
            return "eol";
        }
    }

    /// No operation.
    record Nop() implements TcpOption {
        @Override
        public int kind() {
            return TcpOptions.NOP;
        }

        @Override
        public int length() {
            return 1;
        }

        @Override
        public int write(byte[] b, int at) {
            return TcpOptions.writeNop(b, at);
        }

        @Override
        public String toString() {
            return "nop";
        }
    }

    /// Maximum segment size.
    ///
    /// @param octets 0 … 65535
    record Mss(int octets) implements TcpOption {
        @Override
        public int kind() {
            return TcpOptions.MSS;
        }

        @Override
        public int length() {
            return 4;
        }

        @Override
        public int write(byte[] b, int at) {
            return TcpOptions.writeMss(b, at, octets);
        }

        @Override
        public String toString() {
            return "mss " + octets;
        }
    }

    /// Window scale.
    ///
    /// @param shift 0 … 255 on the wire, 0 … 14 by RFC 7323 §2.3
    record WindowScale(int shift) implements TcpOption {
        @Override
        public int kind() {
            return TcpOptions.WINDOW_SCALE;
        }

        @Override
        public int length() {
            return 3;
        }

        @Override
        public int write(byte[] b, int at) {
            Bytes.put8(b, head(b, at, TcpOptions.WINDOW_SCALE, 3), shift);
            return at + 3;
        }

        @Override
        public String toString() {
            return "wscale " + shift;
        }
    }

    /// SACK permitted.
    record SackPermitted() implements TcpOption {
        @Override
        public int kind() {
            return TcpOptions.SACK_PERMITTED;
        }

        @Override
        public int length() {
            return 2;
        }

        @Override
        public int write(byte[] b, int at) {
            return TcpOptions.writeSackPermitted(b, at);
        }

        @Override
        public String toString() {
            return "sackOK";
        }
    }

    /// SACK blocks.
    ///
    /// @param blocks one to four
    record Sack(List<Block> blocks) implements TcpOption {
        /// Checks that the values fit the format.
        ///
        /// @throws IllegalArgumentException if there are not one to four blocks
        public Sack {
            blocks = List.copyOf(blocks);
            if (blocks.isEmpty() || blocks.size() > TcpOptions.SACK_BLOCKS_MAX) {
                throw new IllegalArgumentException("a SACK option has one to four blocks, not " + blocks.size());
            }
        }

        /// Octets that were received.
        ///
        /// @param left the first, 0 … 2^32 − 1
        /// @param right the one after the last, 0 … 2^32 − 1
        public record Block(long left, long right) {
            @Override
            public String toString() {
                return left + ":" + right;
            }
        }

        @Override
        public int kind() {
            return TcpOptions.SACK;
        }

        @Override
        public int length() {
            return 2 + 8 * blocks.size();
        }

        @Override
        public int write(byte[] b, int at) {
            int next = TcpOptions.writeSackHead(b, at, blocks.size());
            for (Block block : blocks) {
                next = TcpOptions.writeSackBlock(b, next, (int) block.left, (int) block.right);
            }
            return next;
        }

        /// The notation with edges relative to `base`.
        String text(long base) {
            var text = new StringBuilder("sack");
            for (Block block : blocks) {
                text.append(' ').append(block.left - base & 0xffff_ffffL);
                text.append(':').append(block.right - base & 0xffff_ffffL);
            }
            return text.toString();
        }

        @Override
        public String toString() {
            return text(0);
        }
    }

    /// Timestamps.
    ///
    /// @param value TSval, 0 … 2^32 − 1
    /// @param echo TSecr, 0 … 2^32 − 1
    record Timestamps(long value, long echo) implements TcpOption {
        @Override
        public int kind() {
            return TcpOptions.TIMESTAMPS;
        }

        @Override
        public int length() {
            return TcpOptions.TIMESTAMPS_LENGTH;
        }

        @Override
        public int write(byte[] b, int at) {
            return TcpOptions.writeTimestamps(b, at, (int) value, (int) echo);
        }

        @Override
        public String toString() {
            return "TS val " + value + " ecr " + echo;
        }
    }

    /// User timeout (RFC 5482).
    ///
    /// @param minutes whether the value counts minutes, not seconds
    /// @param value 0 … 32767
    record UserTimeout(boolean minutes, int value) implements TcpOption {
        @Override
        public int kind() {
            return TcpOptions.USER_TIMEOUT;
        }

        @Override
        public int length() {
            return 4;
        }

        @Override
        public int write(byte[] b, int at) {
            Bytes.put16(b, head(b, at, TcpOptions.USER_TIMEOUT, 4), (minutes ? 0x8000 : 0) | (value & 0x7fff));
            return at + 4;
        }

        @Override
        public String toString() {
            return "uto " + value + (minutes ? "min" : "s");
        }
    }

    /// Authentication option (RFC 5925).
    ///
    /// @param keyId the key that made the code
    /// @param nextKeyId the key that the sender is ready to receive
    /// @param code the message authentication code
    record Authentication(int keyId, int nextKeyId, Octets code) implements TcpOption {
        @Override
        public int kind() {
            return TcpOptions.AUTHENTICATION;
        }

        @Override
        public int length() {
            return 4 + code.length();
        }

        @Override
        public int write(byte[] b, int at) {
            Bytes.put16(b, head(b, at, TcpOptions.AUTHENTICATION, length()), keyId << 8 | (nextKeyId & 0xff));
            return code.write(b, at + 4);
        }

        @Override
        public String toString() {
            return "tcp-ao keyid " + keyId + " rnextkeyid " + nextKeyId + " mac " + code;
        }
    }

    /// Accurate ECN's byte counters (RFC 9768).
    ///
    /// @param kind [TcpOptions#ACC_ECN_0] or [TcpOptions#ACC_ECN_1]: the order of the counters
    /// @param counters none to three, 24 bits each
    record AccEcn(int kind, List<Integer> counters) implements TcpOption {
        /// Takes a copy of the list.
        public AccEcn {
            counters = List.copyOf(counters);
        }

        @Override
        public int length() {
            return 2 + 3 * counters.size();
        }

        @Override
        public int write(byte[] b, int at) {
            int next = head(b, at, kind, length());
            for (int counter : counters) {
                Bytes.put8(b, next, counter >>> 16);
                Bytes.put16(b, next + 1, counter);
                next += 3;
            }
            return next;
        }

        @Override
        public String toString() {
            String[] names = kind == TcpOptions.ACC_ECN_0
                    ? new String[] {" e0b ", " ceb ", " e1b "}
                    : new String[] {" e1b ", " ceb ", " e0b "};
            var text = new StringBuilder("AccECN");
            for (int i = 0; i < counters.size(); i++) {
                text.append(names[i]).append(counters.get(i));
            }
            return text.toString();
        }
    }

    /// An option that is kept as octets: MD5 signature, Fast Open cookie, experiments, and kinds without a name
    /// here.
    ///
    /// @param kind the kind octet
    /// @param data what follows the length octet
    record Opaque(int kind, Octets data) implements TcpOption {
        @Override
        public int length() {
            return 2 + data.length();
        }

        @Override
        public int write(byte[] b, int at) {
            return data.write(b, head(b, at, kind, length()));
        }

        @Override
        public String toString() {
            String name = switch (kind) {
                case TcpOptions.MD5 -> "md5";
                case TcpOptions.FAST_OPEN -> data.isEmpty() ? "FO req" : "FO";
                case TcpOptions.EXPERIMENT_1, TcpOptions.EXPERIMENT_2 -> "exp-" + kind;
                default -> "opt-" + kind;
            };
            return data.isEmpty() ? name : name + " " + data;
        }
    }

    /// The rest of the options from where a length is impossible.
    ///
    /// @param rest the octets
    record Malformed(Octets rest) implements TcpOption {
        @Override
        public int kind() {
            return -1;
        }

        @Override
        public int length() {
            return rest.length();
        }

        @Override
        public int write(byte[] b, int at) {
            return rest.write(b, at);
        }

        @Override
        public String toString() {
            return "malformed " + rest;
        }
    }
}
