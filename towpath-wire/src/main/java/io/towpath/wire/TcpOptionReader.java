package io.towpath.wire;

import java.util.ArrayList;
import java.util.List;

/// Reads every option of a header as a [TcpOption], by the same rules as [TcpOptions#parse].
final class TcpOptionReader {
    private TcpOptionReader() {}

    static List<TcpOption> read(byte[] b, int at, int end) {
        List<TcpOption> options = new ArrayList<>();
        int next = at;
        while (next < end) {
            int kind = Bytes.u8(b, next);
            if (kind == TcpOptions.END) {
                options.add(new TcpOption.End(Octets.of(b, next + 1, end)));
                break;
            }
            if (kind == TcpOptions.NOP) {
                options.add(new TcpOption.Nop());
                next++;
                continue;
            }
            int length = end - next < 2 ? 0 : Bytes.u8(b, next + 1);
            if (length < 2 || length > end - next || !fits(kind, length)) {
                options.add(new TcpOption.Malformed(Octets.of(b, next, end)));
                break;
            }
            options.add(one(b, next, kind, length));
            next += length;
        }
        return List.copyOf(options);
    }

    private static boolean fits(int kind, int length) {
        return switch (kind) {
            case TcpOptions.MSS, TcpOptions.USER_TIMEOUT -> length == 4;
            case TcpOptions.WINDOW_SCALE -> length == 3;
            case TcpOptions.SACK_PERMITTED -> length == 2;
            case TcpOptions.SACK -> length >= 10 && length <= 34 && (length - 2) % 8 == 0;
            case TcpOptions.TIMESTAMPS -> length == TcpOptions.TIMESTAMPS_LENGTH;
            case TcpOptions.AUTHENTICATION -> length >= 4;
            case TcpOptions.ACC_ECN_0, TcpOptions.ACC_ECN_1 -> length <= 11 && (length - 2) % 3 == 0;
            default -> true;
        };
    }

    private static TcpOption one(byte[] b, int at, int kind, int length) {
        return switch (kind) {
            case TcpOptions.MSS -> new TcpOption.Mss(Bytes.u16(b, at + 2));
            case TcpOptions.WINDOW_SCALE -> new TcpOption.WindowScale(Bytes.u8(b, at + 2));
            case TcpOptions.SACK_PERMITTED -> new TcpOption.SackPermitted();
            case TcpOptions.SACK -> sack(b, at + 2, at + length);
            case TcpOptions.TIMESTAMPS -> new TcpOption.Timestamps(Bytes.u32(b, at + 2), Bytes.u32(b, at + 6));
            case TcpOptions.USER_TIMEOUT -> {
                int value = Bytes.u16(b, at + 2);
                yield new TcpOption.UserTimeout(value >>> 15 == 1, value & 0x7fff);
            }
            case TcpOptions.AUTHENTICATION ->
                new TcpOption.Authentication(
                        Bytes.u8(b, at + 2), Bytes.u8(b, at + 3), Octets.of(b, at + 4, at + length));
            case TcpOptions.ACC_ECN_0, TcpOptions.ACC_ECN_1 -> accEcn(b, kind, at + 2, at + length);
            default -> new TcpOption.Opaque(kind, Octets.of(b, at + 2, at + length));
        };
    }

    private static TcpOption sack(byte[] b, int at, int end) {
        List<TcpOption.Sack.Block> blocks = new ArrayList<>();
        for (int next = at; next < end; next += 8) {
            blocks.add(new TcpOption.Sack.Block(Bytes.u32(b, next), Bytes.u32(b, next + 4)));
        }
        return new TcpOption.Sack(blocks);
    }

    private static TcpOption accEcn(byte[] b, int kind, int at, int end) {
        List<Integer> counters = new ArrayList<>();
        for (int next = at; next < end; next += 3) {
            counters.add(Bytes.u8(b, next) << 16 | Bytes.u16(b, next + 1));
        }
        return new TcpOption.AccEcn(kind, counters);
    }
}
