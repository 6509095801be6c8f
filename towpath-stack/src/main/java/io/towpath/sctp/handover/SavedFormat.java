package io.towpath.sctp.handover;

import io.towpath.sctp.PathState;
import io.towpath.sctp.SavedAssociation;
import io.towpath.sctp.SavedAssociation.AddressChanges;
import io.towpath.sctp.SavedAssociation.Authentication;
import io.towpath.sctp.SavedAssociation.InStream;
import io.towpath.sctp.SavedAssociation.OutStream;
import io.towpath.sctp.SavedAssociation.Path;
import io.towpath.sctp.SavedAssociation.Requests;
import io.towpath.sctp.SchedulingPolicy;
import io.towpath.sctp.SctpFeatures;
import io.towpath.wire.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A saved association as bytes, in network byte order. The numbers of enum constants are written down here, so
/// that a new constant changes nothing.
///
/// ```text
/// "SCTA" (4)          version (2)           features (2)
/// local port (2)      remote port (2)       encapsulation port (2)   scheduler (2)
/// local tag (4)       peer's tag (4)        local initial TSN (4)    peer's initial TSN (4)
/// next TSN (8)        cumulative TSN (8)    peer's window (4)        its largest window (4)
/// streams out (2)     streams in (2)        marked TSN (8)
/// request sequence (4)   expected (4)       last result (4)          TSNs with it (a list of none or two, 4 each)
/// TSNs were reset (1, 0 for never)
/// bound addresses     local addresses       as lists
/// streams out         each: id (2), next (4), next unordered (4), value (4)
/// streams in          each: id (2), next (4)
/// place of the primary path (2)
/// paths               each: address, own address (a list of none or one), state (1), UDP port (2), errors (4),
///                     limit of errors (4), heartbeat interval (8), cwnd (8), ssthresh (8), SRTT (8)
/// changes of addresses (a list of none or one): serial (4), expected (4), answer (octets), former addresses (list)
/// AUTH (a list of none or one): own vector (octets), the peer's (octets), active key (2)
/// CRC32c of all before it (4)
/// ```
///
/// A list begins with the number of its entries (2), octets with how many they are (2); an address has 16
/// octets, one of IPv4 in the form ::ffff:0:0/96.
public final class SavedFormat {
    /// What this version writes, and the only one that it reads.
    public static final int VERSION = 2;

    static final int MAGIC = 0x53435441;

    private static final int ECN = 1;
    private static final int PARTIAL_RELIABILITY = 1 << 1;
    private static final int INTERLEAVING = 1 << 2;
    private static final int RECONFIGURATION = 1 << 3;
    private static final int AUTHENTICATION = 1 << 4;
    private static final int ADDRESS_CONFIGURATION = 1 << 5;
    private static final int ZERO_CHECKSUM = 1 << 6;

    private SavedFormat() {}

    /// The bytes of it.
    public static byte[] write(SavedAssociation saved) {
        var out = new SavedWriter();
        out.u32(MAGIC);
        out.u16(VERSION);
        out.u16(features(saved.agreed()));
        out.u16(saved.localPort());
        out.u16(saved.remotePort());
        out.u16(saved.encapsulationPort());
        out.u16(scheduler(saved.scheduler()));
        out.u32(saved.localTag());
        out.u32(saved.peerTag());
        out.u32(saved.localInitialTsn());
        out.u32(saved.peerInitialTsn());
        out.u64(saved.nextTsn());
        out.u64(saved.cumulativeTsn());
        out.u32((int) saved.peerWindow());
        out.u32((int) saved.peerWindowMax());
        out.u16(saved.outboundStreams());
        out.u16(saved.inboundStreams());
        out.u64(saved.congestionEcho());
        out.u32(saved.requests().sequence());
        out.u32(saved.requests().expected());
        out.u32(saved.requests().lastResult());
        out.u16(saved.requests().lastTsns().size());
        saved.requests().lastTsns().forEach(out::u32);
        out.u8(saved.requests().tsnsWereReset() ? 1 : 0);
        out.addresses(saved.boundAddresses());
        out.addresses(saved.localAddresses());
        out.u16(saved.outStreams().size());
        for (OutStream stream : saved.outStreams()) {
            out.u16(stream.id());
            out.u32(stream.next());
            out.u32(stream.nextUnordered());
            out.u32(stream.value());
        }
        out.u16(saved.inStreams().size());
        for (InStream stream : saved.inStreams()) {
            out.u16(stream.id());
            out.u32((int) stream.next());
        }
        out.u16(saved.primary());
        out.u16(saved.paths().size());
        saved.paths().forEach(path -> path(out, path));
        extensions(out, saved.addressChanges(), saved.authentication());
        return out.finish();
    }

    private static void path(SavedWriter out, Path path) {
        IpAddress source = path.source();
        out.address(path.address());
        out.addresses(source == null ? List.of() : List.of(source));
        out.u8(state(path.state()));
        out.u16(path.encapsulationPort());
        out.u32(path.errors());
        out.u32(path.maxRetrans());
        out.u64(path.heartbeatInterval());
        out.u64(path.cwnd());
        out.u64(path.ssthresh());
        out.u64(path.srtt());
    }

    private static void extensions(
            SavedWriter out, @Nullable AddressChanges changes, @Nullable Authentication authentication) {
        out.u16(changes == null ? 0 : 1);
        if (changes != null) {
            out.u32(changes.serial());
            out.u32(changes.expected());
            out.octets(changes.answer());
            out.addresses(changes.former());
        }
        out.u16(authentication == null ? 0 : 1);
        if (authentication != null) {
            out.octets(authentication.own());
            out.octets(authentication.peer());
            out.u16(authentication.activeKey());
        }
    }

    /// Reads what [#write] wrote, or this version of it.
    ///
    /// @throws IllegalArgumentException with one line that says what is wrong with it
    public static SavedAssociation read(byte[] bytes) {
        var in = new SavedReader(bytes);
        if (bytes.length < 8 || in.u32() != MAGIC) {
            throw new IllegalArgumentException("these bytes are no saved association");
        }
        int version = in.u16();
        if (version != VERSION) {
            throw SavedRules.wrong("its format is " + version + ", this version reads " + VERSION);
        }
        in.checkSum();
        SctpFeatures agreed = features(in.u16());
        int localPort = in.u16();
        int remotePort = in.u16();
        int encapsulationPort = in.u16();
        SchedulingPolicy scheduler = scheduler(in.u16());
        int localTag = in.u32();
        int peerTag = in.u32();
        int localInitialTsn = in.u32();
        int peerInitialTsn = in.u32();
        long nextTsn = in.u64();
        long cumulativeTsn = in.u64();
        long window = in.u32() & SavedRules.U32_MAX;
        long windowMax = in.u32() & SavedRules.U32_MAX;
        int outbound = in.u16();
        int inbound = in.u16();
        long echo = in.u64();
        var requests = new Requests(in.u32(), in.u32(), in.u32(), in.list(4, in::u32), flag(in.u8()));
        List<IpAddress> bound = in.addresses();
        List<IpAddress> local = in.addresses();
        List<OutStream> outStreams = in.list(14, () -> new OutStream(in.u16(), in.u32(), in.u32(), in.u32()));
        List<InStream> inStreams = in.list(6, () -> new InStream(in.u16(), in.u32() & SavedRules.U32_MAX));
        int primary = in.u16();
        List<Path> paths = in.list(61, () -> path(in));
        AddressChanges changes =
                in.atMostOne(() -> new AddressChanges(in.u32(), in.u32(), in.octets(), in.addresses()));
        Authentication authentication = in.atMostOne(() -> new Authentication(in.octets(), in.octets(), in.u16()));
        in.end();
        return new SavedAssociation(
                localPort,
                remotePort,
                bound,
                local,
                localTag,
                peerTag,
                localInitialTsn,
                peerInitialTsn,
                agreed,
                nextTsn,
                cumulativeTsn,
                window,
                windowMax,
                encapsulationPort,
                scheduler,
                outbound,
                inbound,
                outStreams,
                inStreams,
                primary,
                paths,
                requests,
                changes,
                authentication,
                echo);
    }

    private static Path path(SavedReader in) {
        IpAddress address = in.address();
        List<IpAddress> source = in.addresses();
        return new Path(
                address,
                source.isEmpty() ? null : source.getFirst(),
                state(in.u8()),
                in.u16(),
                in.u32(),
                in.u32(),
                in.u64(),
                in.u64(),
                in.u64(),
                in.u64());
    }

    private static int features(SctpFeatures agreed) {
        return (agreed.ecn() ? ECN : 0)
                | (agreed.partialReliability() ? PARTIAL_RELIABILITY : 0)
                | (agreed.interleaving() ? INTERLEAVING : 0)
                | (agreed.reconfiguration() ? RECONFIGURATION : 0)
                | (agreed.authentication() ? AUTHENTICATION : 0)
                | (agreed.addressConfiguration() ? ADDRESS_CONFIGURATION : 0)
                | (agreed.zeroChecksum() ? ZERO_CHECKSUM : 0);
    }

    private static SctpFeatures features(int bits) {
        SctpFeatures agreed = SctpFeatures.none()
                .withEcn((bits & ECN) != 0)
                .withPartialReliability((bits & PARTIAL_RELIABILITY) != 0)
                .withInterleaving((bits & INTERLEAVING) != 0)
                .withReconfiguration((bits & RECONFIGURATION) != 0)
                .withAuthentication((bits & AUTHENTICATION) != 0)
                .withAddressConfiguration((bits & ADDRESS_CONFIGURATION) != 0)
                .withZeroChecksum((bits & ZERO_CHECKSUM) != 0);
        if (features(agreed) != bits) {
            // Who does not know what was agreed on would break it.
            throw SavedRules.wrong("it agreed on extensions that this version does not have");
        }
        return agreed;
    }

    private static boolean flag(int number) {
        if (number > 1) {
            throw SavedRules.wrong("whether TSNs were reset is 0 or 1, not " + number);
        }
        return number == 1;
    }

    private static int scheduler(SchedulingPolicy policy) {
        return switch (policy) {
            case FIRST_COME -> 0;
            case ROUND_ROBIN -> 1;
            case ROUND_ROBIN_PACKET -> 2;
            case PRIORITY -> 3;
            case FAIR_BANDWIDTH -> 4;
            case WEIGHTED_FAIR -> 5;
        };
    }

    private static SchedulingPolicy scheduler(int number) {
        for (SchedulingPolicy each : SchedulingPolicy.values()) {
            if (scheduler(each) == number) {
                return each;
            }
        }
        throw SavedRules.wrong("there is no scheduler " + number);
    }

    private static int state(PathState state) {
        return switch (state) {
            case UNCONFIRMED -> 0;
            case ACTIVE -> 1;
            case POTENTIALLY_FAILED -> 2;
            case INACTIVE -> 3;
        };
    }

    private static PathState state(int number) {
        for (PathState each : PathState.values()) {
            if (state(each) == number) {
                return each;
            }
        }
        throw SavedRules.wrong("there is no state " + number + " of a path");
    }
}
