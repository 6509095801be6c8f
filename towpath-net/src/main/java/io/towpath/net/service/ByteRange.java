package io.towpath.net.service;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One range of a file's bytes, from the Range field (RFC 9110 §14.1.2).
///
/// @param from first byte
/// @param to last byte; less than `from` when the range cannot be satisfied
record ByteRange(long from, long to) {
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final ByteRange UNSATISFIABLE = new ByteRange(0, -1);

    /// Reads a Range field for a file of `size` bytes.
    ///
    /// @return null when the field is to be ignored: another unit, several ranges (which RFC 9110 §14.2 allows to
    ///     ignore), or malformed
    static @Nullable ByteRange parse(String field, long size) {
        Matcher one = ONE.matcher(field.strip());
        if (!one.matches()) {
            return null;
        }
        String first = one.group(1);
        String last = one.group(2);
        if (first.isEmpty()) {
            if (last.isEmpty()) {
                return null;
            }
            long suffix = Long.parseLong(last);
            return suffix == 0 || size == 0 ? UNSATISFIABLE : new ByteRange(Math.max(0, size - suffix), size - 1);
        }
        long from = Long.parseLong(first);
        long to = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last);
        if (to < from) {
            return null; // RFC 9110 §14.1.1: "An int-range is invalid if the last-pos value is present and less"
        }
        return from >= size ? UNSATISFIABLE : new ByteRange(from, Math.min(to, size - 1));
    }

    boolean isSatisfiable() {
        return to >= from;
    }

    long length() {
        return to - from + 1;
    }
}
