package io.towpath.sctp;

import io.towpath.wire.IpAddress;

/// A message, or a part of one, as the user receives it.
///
/// @param data its bytes; the user's to keep
/// @param streamId the stream it came on
/// @param ssn its stream sequence number; with interleaving its message identifier; without meaning if
///     unordered
/// @param ppid payload protocol identifier, 0 to 2^32 - 1, as the sender gave it
/// @param unordered whether it was delivered without regard to order
/// @param tsn TSN of its first chunk, 0 to 2^32 - 1
/// @param last whether the message ends here; false for a part delivered early because the message is longer
///     than the receive buffer can hold
/// @param source the peer's address that the chunk came from which made it, or this part of it, complete
public record Message(
        byte[] data, int streamId, long ssn, long ppid, boolean unordered, long tsn, boolean last, IpAddress source)
        implements Received {
    /// The same with other bytes: for who puts parts together.
    public Message withData(byte[] bytes, boolean whole) {
        return new Message(bytes, streamId, ssn, ppid, unordered, tsn, whole, source);
    }

    /// Bytes.
    public int length() {
        return data.length;
    }

    @Override
    public String toString() {
        return "Message[stream " + streamId + (unordered ? ", unordered" : ", ssn " + ssn) + ", ppid " + ppid + ", "
                + data.length + " bytes" + (last ? "]" : ", more to come]");
    }
}
