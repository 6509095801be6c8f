package io.towpath.sctp.handshake;

import io.towpath.sctp.Association;

/// What a valid COOKIE ECHO means to an association that exists (RFC 9260 §5.2.4, Table 12).
///
/// ```text
/// | Local Tag | Peer's Tag | Local-Tie-Tag | Peer's-Tie-Tag | Action |
/// |     X     |     X      |       M       |       M        |  (A)   |
/// |     M     |     X      |       A       |       A        |  (B)   |
/// |     M     |     0      |       A       |       A        |  (B)   |
/// |     X     |     M      |       0       |       0        |  (C)   |
/// |     M     |     M      |       A       |       A        |  (D)   |
/// ```
/// X: does not match the existing association. M: matches. 0: no tie-tag in the cookie, or no peer's tag known
/// yet. A: all cases.
public enum Collisions {
    /// (A) The peer restarted.
    RESTART,
    /// (B) Both sides began at about the same time, and the peer chose another tag since.
    NEW_PEER_TAG,
    /// (C) The cookie is an old one of this side's: "The cookie SHOULD be silently discarded".
    LATE,
    /// (D) The same association: the COOKIE ACK was lost, or both sides began with the same tags.
    SAME,
    /// "For any case not shown in Table 12, the cookie SHOULD be silently discarded."
    UNKNOWN;

    /// Reads the table.
    public static Collisions of(Association a, StateCookie.Content cookie) {
        boolean localMatches = cookie.localTag() == a.localTag;
        boolean peerMatches = a.peerTag != 0 && cookie.peerTag() == a.peerTag;
        if (localMatches) {
            return peerMatches ? SAME : NEW_PEER_TAG;
        }
        boolean noTieTags = cookie.localTieTag() == 0 && cookie.peerTieTag() == 0;
        if (peerMatches) {
            return noTieTags ? LATE : UNKNOWN;
        }
        boolean tieTagsMatch = cookie.localTieTag() == a.localTag && cookie.peerTieTag() == a.peerTag;
        return tieTagsMatch && a.peerTag != 0 ? RESTART : UNKNOWN;
    }
}
