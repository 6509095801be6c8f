package io.towpath.wire;

/// Addresses from text and back: RFC 4291 §2.2 in, RFC 5952 out.
final class AddressText {
    private static final int GROUPS = 8;

    private AddressText() {}

    static IpAddress parse(String text) {
        if (text.indexOf(':') >= 0) {
            return parse6(text);
        }
        return new Ip4Address(parse4(text, text));
    }

    /// Four decimal numbers 0 … 255 without leading zeros (`010` is 8 to some programs and 10 to others, so it is
    /// refused).
    static int parse4(String quad, String whole) {
        int bits = 0;
        int at = 0;
        for (int part = 0; part < 4; part++) {
            int dot = part < 3 ? quad.indexOf('.', at) : quad.length();
            if (dot < 0) {
                throw new IllegalArgumentException("not an IP address: \"" + whole
                        + "\" (expected four numbers like 10.0.0.1, or an IPv6 address)");
            }
            bits = bits << 8 | octet(quad.substring(at, dot), whole);
            at = dot + 1;
        }
        return bits;
    }

    private static int octet(String digits, String whole) {
        int length = digits.length();
        if (length < 1 || length > 3 || (length > 1 && digits.charAt(0) == '0')) {
            throw badOctet(digits, whole);
        }
        int value = 0;
        for (int i = 0; i < length; i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw badOctet(digits, whole);
            }
            value = value * 10 + digit;
        }
        if (value > 255) {
            throw badOctet(digits, whole);
        }
        return value;
    }

    private static IllegalArgumentException badOctet(String digits, String whole) {
        return new IllegalArgumentException("not an IP address: \"" + whole + "\" (\"" + digits
                + "\" is not a number from 0 to 255 without leading zeros)");
    }

    private static IpAddress parse6(String text) {
        if (text.indexOf('%') >= 0) {
            throw bad6(text, "zone identifiers are not supported");
        }
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            throw bad6(text, "\"::\" may appear once");
        }
        int[] groups = new int[GROUPS];
        if (gap < 0) {
            if (groups(text, groups, true, text) != GROUPS) {
                throw bad6(text, "expected eight groups, or \"::\"");
            }
        } else {
            int[] tail = new int[GROUPS];
            int before = groups(text.substring(0, gap), groups, false, text);
            int after = groups(text.substring(gap + 2), tail, true, text);
            if (before + after >= GROUPS) {
                throw bad6(text, "too many groups");
            }
            System.arraycopy(tail, 0, groups, GROUPS - after, after);
        }
        return IpAddress.of(pack(groups, 0), pack(groups, 4));
    }

    /// Reads groups separated by colons into `into` and returns how many there were.
    private static int groups(String part, int[] into, boolean quadAllowed, String whole) {
        if (part.isEmpty()) {
            return 0;
        }
        int count = 0;
        int at = 0;
        while (at <= part.length()) {
            int colon = part.indexOf(':', at);
            int end = colon < 0 ? part.length() : colon;
            String group = part.substring(at, end);
            boolean quad = quadAllowed && colon < 0 && group.indexOf('.') >= 0;
            if (count + (quad ? 2 : 1) > GROUPS) {
                throw bad6(whole, "too many groups");
            }
            if (quad) {
                int bits = parse4(group, whole);
                into[count++] = bits >>> 16;
                into[count++] = bits & 0xffff;
            } else {
                into[count++] = group(group, whole);
            }
            at = end + 1;
        }
        return count;
    }

    private static int group(String digits, String whole) {
        if (digits.isEmpty() || digits.length() > 4) {
            throw bad6(whole, "\"" + digits + "\" is not a group of one to four hexadecimal digits");
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw bad6(whole, "\"" + digits + "\" is not a group of one to four hexadecimal digits");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static IllegalArgumentException bad6(String text, String why) {
        return new IllegalArgumentException("not an IPv6 address: \"" + text + "\" (" + why + ")");
    }

    private static long pack(int[] groups, int at) {
        return (long) groups[at] << 48 | (long) groups[at + 1] << 32 | (long) groups[at + 2] << 16 | groups[at + 3];
    }

    /// RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals)
    /// as `::`.
    static String format6(long high, long low) {
        int bestAt = -1;
        int bestLength = 1;
        for (int i = 0; i < GROUPS; ) {
            int length = 0;
            while (i + length < GROUPS && groupOf(high, low, i + length) == 0) {
                length++;
            }
            if (length > bestLength) {
                bestAt = i;
                bestLength = length;
            }
            i += Math.max(length, 1);
        }
        var text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestAt) {
                text.append("::");
                i += bestLength - 1;
            } else {
                if (i > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groupOf(high, low, i)));
            }
        }
        return text.toString();
    }

    private static int groupOf(long high, long low, int i) {
        long half = i < 4 ? high : low;
        return (int) (half >>> (48 - 16 * (i & 3))) & 0xffff;
    }
}
