package io.towpath.core;

import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// The local ports of one protocol: which are in use and by how many, and which to take next when a user asks for
/// any (RFC 6056).
///
/// Uses are counted. [#reserve] is the bind of a user who wants a port alone; [#hold] adds a use that shares the port
/// (a second connection from one local port, a socket on another address); each is undone by one [#release]. Whether
/// two uses of one port get along (different addresses, different peers) only the engine knows; it asks its own
/// tables and uses this one for the count.
///
/// Single owner. Memory follows the ports in use: 256 counts at a time.
public final class PortTable {
    /// The first port of the default ephemeral range (RFC 6335 §6, the dynamic ports).
    public static final int EPHEMERAL_FIRST = 49_152;

    /// The last port of the default ephemeral range.
    public static final int EPHEMERAL_LAST = 65_535;

    /// Says whether a port may be taken, for [#ephemeral].
    @FunctionalInterface
    public interface PortFree {
        /// True when `port` would do for the socket in question.
        boolean isFree(int port);
    }

    /// Says which ports belong to somebody else, for [#claim].
    @FunctionalInterface
    public interface Claims {
        /// True when `port` of the address is none for sockets of this host; of any address when `high` and `low` are
        /// 0.
        boolean isClaimed(long high, long low, int port);
    }

    private static final int PORTS = 1 << 16;
    private static final int PAGE = 256;
    private static final int TABLE_LENGTH = 64;
    private static final int[] NONE = new int[0];

    private final SipHash offsets;
    private final SipHash indexes;
    private final int[] table = new int[TABLE_LENGTH];
    private final int[][] uses = new int[PORTS / PAGE][];
    private Claims claims = (high, low, port) -> false;
    private int first = EPHEMERAL_FIRST;
    private int last = EPHEMERAL_LAST;
    private int inUse;

    /// A table without ports in use.
    ///
    /// @param entropy two secret keys and the counters' first values are drawn from it
    public PortTable(Entropy entropy) {
        offsets = new SipHash(entropy.nextLong(), entropy.nextLong());
        indexes = new SipHash(entropy.nextLong(), entropy.nextLong());
        for (int i = 0; i < TABLE_LENGTH; i++) {
            table[i] = entropy.nextInt(PORTS);
        }
        java.util.Arrays.fill(uses, NONE);
    }

    /// Refuses what cannot be a port of a socket address: a mistake of the caller, which must not get as far as a
    /// table.
    ///
    /// @param port 0 (any) to 65,535
    /// @throws IllegalArgumentException if it is anything else
    public static void check(int port) {
        if (port < 0 || port >= PORTS) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
    }

    /// Sets the range that [#ephemeral] chooses from.
    ///
    /// @throws IllegalArgumentException unless `1 <= first <= last <= 65535`
    public void ephemeralRange(int first, int last) {
        if (first < 1 || last >= PORTS || first > last) {
            throw new IllegalArgumentException("no range of ports: " + first + " to " + last);
        }
        this.first = first;
        this.last = last;
    }

    /// Names somebody who uses ports of this host for others, a NAT: those are none for [#ephemeral], nor for a user
    /// who asks for one of them by number.
    public void claim(Claims claims) {
        this.claims = claims;
    }

    /// Whether `port` of an address, or of all when `local` is null or unspecified, belongs to whom [#claim] named.
    public boolean isClaimed(@Nullable IpAddress local, int port) {
        return local == null || local.isUnspecified()
                ? claims.isClaimed(0, 0, port)
                : claims.isClaimed(local.high(), local.low(), port);
    }

    /// Takes `port` (1 to 65,535) for one user alone.
    ///
    /// @return false when somebody uses it already
    public boolean reserve(int port) {
        if (!isFree(port)) {
            return false;
        }
        hold(port);
        return true;
    }

    /// Adds a use of `port` (1 to 65,535), shared with whoever has it.
    public void hold(int port) {
        int[] page = uses[port / PAGE];
        if (page.length == 0) {
            page = new int[PAGE];
            uses[port / PAGE] = page;
        }
        if (page[port % PAGE]++ == 0) {
            inUse++;
        }
    }

    /// Ends one use of `port`, of a [#reserve] or a [#hold].
    ///
    /// @throws IllegalStateException when it has none
    public void release(int port) {
        if (isFree(port)) {
            throw new IllegalStateException("port " + port + " is not in use");
        }
        if (--uses[port / PAGE][port % PAGE] == 0) {
            inUse--;
        }
    }

    /// True when nobody uses `port`.
    public boolean isFree(int port) {
        return uses(port) == 0;
    }

    /// How many uses `port` has.
    public int uses(int port) {
        int[] page = uses[port / PAGE];
        return page.length == 0 ? 0 : page[port % PAGE];
    }

    /// How many ports have a use.
    public int inUse() {
        return inUse;
    }

    /// Chooses an ephemeral port by RFC 6056 §3.3.4 (Algorithm 4, double-hash port selection): ports for one peer
    /// follow each other, so that they come round late, and an observer of one peer learns nothing about another's.
    /// Takes nothing: the caller goes on with [#reserve] or [#hold].
    ///
    /// @param localHigh local address, high half (addresses as in [io.towpath.wire.IpAddress]); 0 and 0 if any
    /// @param localLow local address, low half
    /// @param remoteHigh remote address, high half; 0 and 0 if there is none
    /// @param remoteLow remote address, low half
    /// @param remotePort remote port, 0 if there is none
    /// @param free asked for each candidate, at most once around the range
    /// @return the port, or 0 when none of the range is free
    public int ephemeral(
            long localHigh, long localLow, long remoteHigh, long remoteLow, int remotePort, PortFree free) {
        int numEphemeral = last - first + 1;
        long offset = offsets.hash(localHigh, localLow, remoteHigh, remoteLow, remotePort) & Long.MAX_VALUE;
        int index = (int) indexes.hash(localHigh, localLow, remoteHigh, remoteLow, remotePort) & (TABLE_LENGTH - 1);
        for (int count = numEphemeral; count > 0; count--) {
            // The counter wraps at the size of the range only in effect: it is read modulo that size.
            int port = first + (int) ((offset % numEphemeral + table[index]) % numEphemeral);
            table[index] = (table[index] + 1) % PORTS;
            if (free.isFree(port) && !claims.isClaimed(localHigh, localLow, port)) {
                return port;
            }
        }
        return 0;
    }
}
