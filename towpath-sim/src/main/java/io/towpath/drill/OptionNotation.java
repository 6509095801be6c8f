package io.towpath.drill;

import io.towpath.drill.script.Cursor;
import io.towpath.wire.Octets;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpOption.Sack.Block;
import io.towpath.wire.TcpOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// TCP options as scripts write them.
final class OptionNotation {
    /// RFC 6994 identifier of Fast Open (RFC 7413 §4.1.1), in front of an experimental option's data.
    private static final String FAST_OPEN_ID = "f989";

    private static final int MD5_OCTETS = 16;
    private static final long MAX_32 = 0xffff_ffffL;

    private OptionNotation() {}

    /// Reads options between angle brackets, the first of which was taken.
    ///
    /// @return null for `...`: any options
    static @Nullable List<TcpOption> parse(Cursor in) {
        if (in.accept("...")) {
            in.expect(">");
            return null;
        }
        var options = new ArrayList<TcpOption>();
        do {
            options.add(option(in));
        } while (in.accept(","));
        in.expect(">");
        return options;
    }

    private static TcpOption option(Cursor in) {
        String name = in.word();
        return switch (name) {
            case "nop" -> new TcpOption.Nop();
            case "eol" -> new TcpOption.End();
            case "mss" -> new TcpOption.Mss((int) in.number(0xffff));
            case "wscale" -> new TcpOption.WindowScale((int) in.number(255));
            case "sackOK" -> new TcpOption.SackPermitted();
            case "sack" -> sack(in);
            case "TS" -> timestamps(in);
            case "md5" -> signature(in);
            case "ao" -> authentication(in);
            case "uto" -> userTimeout(in);
            case "ECN" -> counters(in);
            case "FO" -> new TcpOption.Opaque(TcpOptions.FAST_OPEN, cookie(in, ""));
            case "FOEXP" -> new TcpOption.Opaque(TcpOptions.EXPERIMENT_2, cookie(in, FAST_OPEN_ID));
            default -> throw in.notUnderstood("TCP option '" + name + "'");
        };
    }

    private static TcpOption sack(Cursor in) {
        var blocks = new ArrayList<Block>();
        while (Character.isDigit(in.peek())) {
            long left = in.number(MAX_32);
            in.expect(":");
            blocks.add(new Block(left, in.number(MAX_32)));
        }
        if (blocks.isEmpty() || blocks.size() > TcpOptions.SACK_BLOCKS_MAX) {
            throw in.notUnderstood("a sack option with " + blocks.size() + " blocks");
        }
        return new TcpOption.Sack(blocks);
    }

    private static TcpOption timestamps(Cursor in) {
        in.expect("val");
        long value = in.number(MAX_32);
        in.expect("ecr");
        return new TcpOption.Timestamps(value, in.number(MAX_32));
    }

    private static TcpOption signature(Cursor in) {
        if (in.peek() == ',' || in.peek() == '>') {
            return new TcpOption.Opaque(TcpOptions.MD5, PeerSigner.RIGHT);
        }
        String digits = in.word();
        if (digits.length() != 2 * MD5_OCTETS) {
            throw in.notUnderstood("an MD5 signature of " + digits.length() + " digits");
        }
        try {
            return new TcpOption.Opaque(TcpOptions.MD5, Octets.ofHex(digits));
        } catch (IllegalArgumentException e) {
            throw in.notUnderstood("MD5 signature '" + digits + "'");
        }
    }

    /// `ao 61 84`: the authentication option with KeyID and RNextKeyID; `bad` behind it for a wrong code.
    private static TcpOption authentication(Cursor in) {
        int keyId = (int) in.number(0xff);
        int nextId = (int) in.number(0xff);
        Octets code = in.acceptWord("bad") ? Octets.of(new byte[12]) : PeerSigner.RIGHT;
        return new TcpOption.Authentication(keyId, nextId, code);
    }

    /// `uto 300s`, `uto 10min`.
    private static TcpOption userTimeout(Cursor in) {
        String text = in.word();
        boolean minutes = text.endsWith("min");
        String digits = text.substring(0, Math.max(0, text.length() - (minutes ? 3 : 1)));
        if (!minutes && !text.endsWith("s") || !digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 0x7fff) {
            throw in.notUnderstood("a user timeout of '" + text + "'");
        }
        return new TcpOption.UserTimeout(minutes, Integer.parseInt(digits));
    }

    /// `ECN e1b 1 ceb 0 e0b 1`: the counters of Accurate ECN, in one of their two orders.
    private static TcpOption counters(Cursor in) {
        boolean onesFirst = in.isAt("e1b");
        String[] names = onesFirst ? new String[] {"e1b", "ceb", "e0b"} : new String[] {"e0b", "ceb", "e1b"};
        var counters = new ArrayList<Integer>();
        while (counters.size() < names.length && in.acceptWord(names[counters.size()])) {
            counters.add((int) in.number(0xff_ffff));
        }
        if (counters.isEmpty()) {
            throw in.notUnderstood("an ECN option without counters");
        }
        return new TcpOption.AccEcn(onesFirst ? TcpOptions.ACC_ECN_1 : TcpOptions.ACC_ECN_0, counters);
    }

    private static Octets cookie(Cursor in, String before) {
        String digits = in.peek() == ',' || in.peek() == '>' ? "" : in.word();
        digits = digits.equals("TFO_COOKIE") ? FastOpenMode.COOKIE : digits;
        try {
            return Octets.ofHex(before + digits);
        } catch (IllegalArgumentException e) {
            throw in.notUnderstood("Fast Open cookie '" + digits + "'");
        }
    }

    /// The options with the padding behind the end of the list written out, as scripts do: `eol,eol`.
    static List<TcpOption> spread(List<TcpOption> options) {
        var spread = new ArrayList<TcpOption>();
        for (TcpOption option : options) {
            if (option instanceof TcpOption.End(Octets padding) && isZero(padding)) {
                for (int i = 0; i <= padding.length(); i++) {
                    spread.add(new TcpOption.End());
                }
            } else {
                spread.add(option);
            }
        }
        return spread;
    }

    private static boolean isZero(Octets octets) {
        for (int i = 0; i < octets.length(); i++) {
            if (octets.at(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /// The options with other edges of SACK blocks: `base` becomes 0.
    static List<TcpOption> relative(List<TcpOption> options, long base) {
        return options.stream().map(option -> relative(option, base)).toList();
    }

    private static TcpOption relative(TcpOption option, long base) {
        if (!(option instanceof TcpOption.Sack(List<Block> blocks))) {
            return option;
        }
        return new TcpOption.Sack(blocks.stream()
                .map(block -> new Block(block.left() - base & MAX_32, block.right() - base & MAX_32))
                .toList());
    }

    /// `mss 1460,nop,wscale 7`.
    static String text(List<TcpOption> options) {
        return String.join(",", options.stream().map(OptionNotation::text).toList());
    }

    private static String text(TcpOption option) {
        if (option instanceof TcpOption.Authentication(int keyId, int nextId, Octets code)) {
            return "ao " + keyId + " " + nextId + (code.equals(PeerSigner.RIGHT) ? "" : " bad");
        }
        if (option instanceof TcpOption.Opaque(int kind, Octets data)) {
            if (kind == TcpOptions.MD5 && data.equals(PeerSigner.RIGHT)) {
                return "md5";
            }
            if (kind == TcpOptions.FAST_OPEN) {
                return data.isEmpty() ? "FO" : "FO " + data;
            }
            if (kind == TcpOptions.EXPERIMENT_2 && data.toString().startsWith(FAST_OPEN_ID)) {
                return ("FOEXP " + data.toString().substring(FAST_OPEN_ID.length())).strip();
            }
        }
        return option.toString();
    }
}
