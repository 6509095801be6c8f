package io.towpath.drill.sctp;

import io.towpath.sctp.Association;
import io.towpath.sctp.Message;
import io.towpath.sctp.Received;
import org.jspecify.annotations.Nullable;

/// What is told of a message beside its data: the structures of RFC 6458 §5.3.
///
/// @param association where it came from
/// @param message it
/// @param following what waits behind it, null when nothing does
/// @param profile the system whose structures they are
/// @param context what the socket's user wants to be told with every message
record MessageInfo(
        Association association, Message message, @Nullable Received following, SctpProfile profile, long context) {
    private static final int RCVINFO = 28;
    private static final int NXTINFO = 16;

    /// FreeBSD keeps room for what may come.
    static int sendReceiveOctets(SctpProfile profile) {
        return profile == SctpProfile.LINUX ? 32 : 128;
    }

    private int flags() {
        return message.unordered() ? Constants.UNORDERED : 0;
    }

    /// `sctp_rcvinfo` (§5.3.5).
    Structure received() {
        return new Structure("sctp_rcvinfo", RCVINFO)
                .with("rcv_sid", message.streamId())
                .with("rcv_ssn", message.ssn())
                .with("rcv_flags", flags())
                .with("rcv_ppid", message.ppid())
                .with("rcv_tsn", message.tsn())
                .with("rcv_cumtsn", association.cumulativeTsn())
                .with("rcv_context", context)
                .with("rcv_assoc_id", SctpSession.idOf(association));
    }

    /// `sctp_nxtinfo` (§5.3.6); null when no message waits.
    @Nullable
    Structure next() {
        if (!(following instanceof Message next)) {
            return null;
        }
        int flags = (next.unordered() ? Constants.UNORDERED : 0) | (next.last() ? Constants.COMPLETE : 0);
        return new Structure("sctp_nxtinfo", NXTINFO)
                .with("nxt_sid", next.streamId())
                .with("nxt_flags", flags)
                .with("nxt_ppid", next.ppid())
                .with("nxt_length", next.length())
                .with("nxt_assoc_id", SctpSession.idOf(association));
    }

    /// `sctp_sndrcvinfo` (§5.3.2).
    Structure sendReceive() {
        return sendReceive("sctp_sndrcvinfo").with("sinfo_timetolive", 0);
    }

    private Structure sendReceive(String name) {
        return new Structure(name, sendReceiveOctets(profile))
                .with("sinfo_stream", message.streamId())
                .with("sinfo_ssn", message.ssn())
                .with("sinfo_flags", flags())
                .with("sinfo_ppid", message.ppid())
                .with("sinfo_context", context)
                .with("sinfo_tsn", message.tsn())
                .with("sinfo_cumtsn", association.cumulativeTsn())
                .with("sinfo_assoc_id", SctpSession.idOf(association));
    }

    /// `sctp_extrcvinfo` (§5.3.3).
    Structure extended() {
        Structure info = sendReceive("sctp_extrcvinfo").with("sinfo_pr_value", 0);
        boolean there = following instanceof Message;
        Message next = following instanceof Message waiting ? waiting : message;
        int flags = 1 | (next.last() ? 2 : 0) | (next.unordered() ? 4 : 0);
        return info.with("serinfo_next_flags", there ? flags : 0)
                .with("serinfo_next_stream", there ? next.streamId() : 0)
                .with("serinfo_next_aid", there ? SctpSession.idOf(association) : 0)
                .with("serinfo_next_length", there ? next.length() : 0)
                .with("serinfo_next_ppid", there ? next.ppid() : 0);
    }
}
