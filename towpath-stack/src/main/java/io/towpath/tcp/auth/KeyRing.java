package io.towpath.tcp.auth;

import io.towpath.core.Packet;
import io.towpath.tcp.SocketPair;
import io.towpath.tcp.TcpInfo;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.MasterKey;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.Serial;
import io.towpath.wire.TcpHeader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a connection with the authentication option remembers (RFC 5925 §4): the master keys for its peer, which
/// of them signs and which the peer is asked for, the initial sequence numbers from which traffic keys follow,
/// and how often the sequence numbers have gone round. It goes with the connection from row to row.
///
/// RFC 5925 §3.1: "MKT parameters are not changed", and a connection keeps those it uses though the settings
/// forget them.
public final class KeyRing {
    /// Where sequence numbers of 64 bits begin, so that none is negative.
    private static final long ORIGIN = 1L << 32;

    private final long localHigh;
    private final long localLow;
    private final long remoteHigh;
    private final long remoteLow;
    private final int localPort;
    private final int remotePort;
    private final int iss;
    private int irs;
    private final List<Session> sessions = new ArrayList<>();
    /// Current_key: signs what leaves.
    private Session current;
    /// Rnext_key: what the peer is asked to sign with.
    private Session next;
    /// The highest numbers that were signed and verified, round after round.
    private long sent;

    private long received;
    private int keyIn = -1;
    private int nextIn = -1;
    private long signedIn;
    private long signedOut;
    private long wrong;

    /// What a connection or half-open row begins with; null when `config` has no key for its peer.
    ///
    /// @param iss our initial sequence number
    public static @Nullable KeyRing of(SocketPair row, AuthConfig config, long iss) {
        MasterKey first = config.masterKey(row.remoteHigh(), row.remoteLow(), row.remotePort());
        return first == null
                ? null
                : new KeyRing(
                        row.localHigh(),
                        row.localLow(),
                        row.localPort(),
                        row.remoteHigh(),
                        row.remoteLow(),
                        row.remotePort(),
                        config,
                        first,
                        (int) iss);
    }

    /// What signs the answer to a segment that belongs to no row; null when that was not signed.
    public static @Nullable KeyRing forAnswer(Packet packet, Segment seg) {
        AuthConfig config = seg.authentication;
        int peerPort = TcpHeader.sourcePort(packet.bytes, packet.at);
        MasterKey first = config == null ? null : config.masterKey(packet.sourceHigh, packet.sourceLow, peerPort);
        if (config == null || first == null) {
            return null;
        }
        var ring = new KeyRing(
                packet.destinationHigh,
                packet.destinationLow,
                TcpHeader.destinationPort(packet.bytes, packet.at),
                packet.sourceHigh,
                packet.sourceLow,
                peerPort,
                config,
                first,
                seg.ownIsn);
        ring.beginPassive(seg.peerIsn, seg);
        return ring;
    }

    private KeyRing(
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            AuthConfig config,
            MasterKey first,
            int iss) {
        this.localHigh = localHigh;
        this.localLow = localLow;
        this.localPort = localPort;
        this.remoteHigh = remoteHigh;
        this.remoteLow = remoteLow;
        this.remotePort = remotePort;
        this.iss = iss;
        sent = ORIGIN + (iss & 0xffff_ffffL);
        received = ORIGIN;
        current = new Session(first);
        next = current;
        sessions.add(current);
        add(config);
    }

    private void add(AuthConfig config) {
        for (MasterKey key : config.masterKeys()) {
            if (key.isFor(remoteHigh, remoteLow, remotePort) && find(key) == null) {
                sessions.add(new Session(key));
            }
        }
    }

    private @Nullable Session find(MasterKey key) {
        for (Session session : sessions) {
            if (session.key.equals(key)) {
                return session;
            }
        }
        return null;
    }

    /// The settings of an open connection changed: new keys are known from now on, and the peer is asked for the
    /// first that is for it. Keys that were forgotten go, but for those in use.
    public void configure(AuthConfig config) {
        MasterKey first = config.masterKey(remoteHigh, remoteLow, remotePort);
        if (first == null) {
            return;
        }
        List<Session> before = List.copyOf(sessions);
        sessions.clear();
        for (MasterKey key : config.masterKeys()) {
            if (key.isFor(remoteHigh, remoteLow, remotePort)) {
                sessions.add(before.stream()
                        .filter(session -> session.key.equals(key))
                        .findFirst()
                        .orElseGet(() -> new Session(key)));
            }
        }
        for (Session session : before) {
            if ((session == current || session == next) && !sessions.contains(session)) {
                sessions.add(session);
            }
        }
        next = sessions.getFirst();
    }

    /// Makes the key with this KeyID sign from now on, as a user may ask (RFC 5925 §7.1).
    ///
    /// @return false when there is none
    public boolean sendUnder(int sendId) {
        Session session = sending(sendId);
        current = session == null ? current : session;
        return session != null;
    }

    /// The peer's initial sequence number is known.
    public void begin(long irs) {
        this.irs = (int) irs;
        received = ORIGIN + (irs & 0xffff_ffffL);
        for (Session session : sessions) {
            session.send = null;
            session.receive = null;
        }
    }

    /// A half-open row begins, whose peer sent `seg`: that says under which key the peer wants its answer, and
    /// which key it has for what it sends (RFC 5925 §7.5 step 4).
    public void beginPassive(long irs, Segment seg) {
        begin(irs);
        if (seg.options.authenticationAt < 0) {
            return;
        }
        keyIn = AuthenticationOption.keyId(seg.bytes, seg.options.authenticationAt);
        nextIn = AuthenticationOption.nextKeyId(seg.bytes, seg.options.authenticationAt);
        Session wanted = sending(nextIn);
        Session used = receiving(keyIn);
        // No key for what it wants: then at least the one that it is known to have.
        current = wanted != null ? wanted : used != null ? used : current;
    }

    /// The keys that sign what leaves; made when they are needed first.
    KeyedHash sendKeys(TrafficKeys keys, PseudoHeader scratch) {
        Session session = current;
        KeyedHash made = session.send;
        if (made == null) {
            made = KeyedHash.of(session.key.algorithm());
            deriveSending(keys, scratch, iss, irs, made);
            session.send = made;
        }
        return made;
    }

    /// Keys `hash` for our segments under the current key.
    void deriveSending(TrafficKeys keys, PseudoHeader scratch, int ownIsn, int peerIsn, KeyedHash hash) {
        scratch.sourceHigh = localHigh;
        scratch.sourceLow = localLow;
        scratch.destinationHigh = remoteHigh;
        scratch.destinationLow = remoteLow;
        keys.derive(current.key, scratch, localPort, remotePort, ownIsn, peerIsn, hash);
    }

    /// The keys that the peer's segments are signed with; made when they are needed first.
    KeyedHash receiveKeys(Session session, TrafficKeys keys, PseudoHeader scratch) {
        KeyedHash made = session.receive;
        if (made == null) {
            made = KeyedHash.of(session.key.algorithm());
            deriveReceiving(session.key, keys, scratch, irs, iss, made);
            session.receive = made;
        }
        return made;
    }

    void deriveReceiving(
            MasterKey key, TrafficKeys keys, PseudoHeader scratch, int peerIsn, int ownIsn, KeyedHash hash) {
        scratch.sourceHigh = remoteHigh;
        scratch.sourceLow = remoteLow;
        scratch.destinationHigh = localHigh;
        scratch.destinationLow = localLow;
        keys.derive(key, scratch, remotePort, localPort, peerIsn, ownIsn, hash);
    }

    /// The key with this RecvID, null when there is none.
    @Nullable
    Session receiving(int keyId) {
        for (int i = 0; i < sessions.size(); i++) {
            Session session = sessions.get(i);
            if (session.key.receiveId() == keyId) {
                return session;
            }
        }
        return null;
    }

    private @Nullable Session sending(int keyId) {
        for (int i = 0; i < sessions.size(); i++) {
            Session session = sessions.get(i);
            if (session.key.sendId() == keyId) {
                return session;
            }
        }
        return null;
    }

    /// RFC 5925 §6.2: the sequence number extension (SNE) of a segment that leaves.
    ///
    /// @param lasting false for a RST, which may have any number
    int sendExtension(int sequence, boolean lasting) {
        long whole = Serial.unwrap(sequence, sent);
        if (lasting && whole > sent) {
            sent = whole;
        }
        return (int) ((whole - ORIGIN) >> 32);
    }

    /// The number of a segment that came, round after round.
    long whole(int sequence) {
        return Serial.unwrap(sequence, received);
    }

    /// The SNE of such a number.
    static int extension(long whole) {
        return (int) ((whole - ORIGIN) >> 32);
    }

    /// A segment was signed.
    void onSigned() {
        signedOut++;
    }

    /// A segment had a code that is none of its key's.
    void onWrong() {
        wrong++;
    }

    /// A segment was found to be the peer's.
    ///
    /// @param whole its number, as [#whole] gave it; negative when that says nothing
    void onVerified(long whole, int keyId, int nextId) {
        received = Math.max(received, whole);
        signedIn++;
        keyIn = keyId;
        nextIn = nextId;
        // RFC 5925 §7.5 step 4: the peer asks for another key than the current one, and gets it when there is such a
        // one; else "no action is required", it is not ready yet.
        if (nextId != current.key.sendId()) {
            sendUnder(nextId);
        }
    }

    int iss() {
        return iss;
    }

    MasterKey currentKey() {
        return current.key;
    }

    /// KeyID of what leaves.
    public int keyId() {
        return current.key.sendId();
    }

    /// RNextKeyID of what leaves.
    public int nextKeyId() {
        return next.key.receiveId();
    }

    /// For STATUS (RFC 5925 §7.1).
    public TcpInfo.AuthInfo info() {
        return new TcpInfo.AuthInfo(
                current.key.algorithm().text(), keyId(), nextKeyId(), keyIn, nextIn, signedOut, signedIn, wrong);
    }

    /// A master key as this connection uses it.
    static final class Session {
        final MasterKey key;

        @Nullable
        KeyedHash send;

        @Nullable
        KeyedHash receive;

        Session(MasterKey key) {
            this.key = key;
        }
    }
}
