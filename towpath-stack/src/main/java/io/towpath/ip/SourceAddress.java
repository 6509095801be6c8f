package io.towpath.ip;

import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import org.jspecify.annotations.Nullable;

/// Default source address selection, RFC 6724 §5, of the rules those that apply to a host without mobility and
/// temporary addresses; IPv4 goes through the same rules.
final class SourceAddress {
    private static final int SCOPE_LINK = 0x2;
    private static final int SCOPE_SITE = 0x5;
    private static final int SCOPE_GLOBAL = 0xe;

    private SourceAddress() {}

    /// The best source for `destination` when packets leave by `via`: one of its addresses, or, when it has none of
    /// the right family, one of another interface that is up. Null when there is none at all.
    static @Nullable IpAddress choose(IpAddress destination, IpInterface via, Interfaces interfaces) {
        IpAddress best = among(via, destination, null);
        for (int i = 0; best == null && i < interfaces.count(); i++) {
            IpInterface other = interfaces.get(i);
            if (other != via && other.isUp() && !other.isLoopback()) {
                best = among(other, destination, null);
                // RFC 4007 §6: a link-local address means nothing on another link.
                if (best != null && best.isLinkLocal() && !best.isIp4()) {
                    best = null;
                }
            }
        }
        return best;
    }

    private static @Nullable IpAddress among(IpInterface owner, IpAddress destination, @Nullable IpAddress start) {
        IpAddress best = start;
        int bestPrefix = 0;
        for (Prefix candidate : owner.addresses()) {
            if (candidate.address().isIp4() == destination.isIp4()
                    && (best == null
                            || isBetter(candidate.address(), candidate.length(), best, bestPrefix, destination))) {
                best = candidate.address();
                bestPrefix = candidate.length();
            }
        }
        return best;
    }

    /// True when source `a` is better than `b`; ties stay with `b`, the earlier one.
    static boolean isBetter(IpAddress a, int aPrefix, IpAddress b, int bPrefix, IpAddress destination) {
        // Rule 1: Prefer same address.
        if (b.equals(destination)) {
            return false;
        }
        if (a.equals(destination)) {
            return true;
        }
        // Rule 2: Prefer appropriate scope.
        int scopeA = scope(a);
        int scopeB = scope(b);
        int scopeD = scope(destination);
        if (scopeA != scopeB) {
            return scopeA < scopeB ? scopeA >= scopeD : scopeB < scopeD;
        }
        // Rules 3, 4, 5, 5.5 and 7 cannot differ here: no deprecated, home, temporary or delegated addresses, and
        // the candidates are those of one interface.
        // Rule 6: Prefer matching label.
        boolean labelA = label(a) == label(destination);
        boolean labelB = label(b) == label(destination);
        if (labelA != labelB) {
            return labelA;
        }
        // Rule 8: Use longest matching prefix, counted no further than the candidate's own prefix.
        return commonPrefix(a, destination, aPrefix) > commonPrefix(b, destination, bPrefix);
    }

    /// RFC 6724 §3.1 and §3.2: multicast scopes, with unicast addresses mapped onto them.
    static int scope(IpAddress address) {
        if (address.isIp4()) {
            return address.isLinkLocal() || address.isLoopback() ? SCOPE_LINK : SCOPE_GLOBAL;
        }
        if (address.isMulticast()) {
            return (int) (address.high() >>> 48) & 0xf;
        }
        if (address.isLinkLocal() || address.isLoopback()) {
            return SCOPE_LINK;
        }
        boolean siteLocal = address.high() >>> 54 == 0x3fb; // fec0::/10
        return siteLocal ? SCOPE_SITE : SCOPE_GLOBAL;
    }

    /// The default policy table, RFC 6724 §2.1, longest prefixes first.
    static int label(IpAddress address) {
        if (address.isIp4()) {
            return 4;
        }
        long high = address.high();
        if (high == 0 && address.low() == 1) {
            return 0;
        }
        if (high == 0 && address.low() >>> 32 == 0) {
            return 3; // ::/96
        }
        if (high >>> 32 == 0x2001_0000L) {
            return 5; // 2001::/32
        }
        if (high >>> 48 == 0x2002) {
            return 2; // 2002::/16
        }
        if (high >>> 48 == 0x3ffe) {
            return 12; // 3ffe::/16
        }
        if (high >>> 54 == 0x3fb) {
            return 11; // fec0::/10
        }
        return high >>> 57 == 0x7e ? 13 : 1; // fc00::/7
    }

    private static int commonPrefix(IpAddress a, IpAddress b, int max) {
        int high = Long.numberOfLeadingZeros(a.high() ^ b.high());
        int bits = high < 64 ? high : 64 + Long.numberOfLeadingZeros(a.low() ^ b.low());
        int own = a.isIp4() ? bits - 96 : bits;
        return Math.min(own, max);
    }
}
