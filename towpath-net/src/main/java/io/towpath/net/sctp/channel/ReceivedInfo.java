package io.towpath.net.sctp.channel;

import com.sun.nio.sctp.Association;
import com.sun.nio.sctp.MessageInfo;
import io.towpath.sctp.Message;
import java.net.SocketAddress;

/// What comes with a message that was received. Like the JDK's own it may be changed, and given to `send`.
final class ReceivedInfo extends MessageInfo {
    private static final int STREAM_MAX = 65_536;

    private final Association association;
    private final SocketAddress address;
    private final int bytes;
    private int streamNumber;
    private int payloadProtocolId;
    private boolean unordered;
    private boolean complete;
    private long timeToLive;

    /// @param bytes how many went into the user's buffer
    /// @param complete whether they are the message's last
    ReceivedInfo(Association association, SocketAddress address, Message message, int bytes, boolean complete) {
        this.association = association;
        this.address = address;
        this.bytes = bytes;
        this.complete = complete;
        this.streamNumber = message.streamId();
        this.payloadProtocolId = (int) message.ppid();
        this.unordered = message.unordered();
    }

    /// The end of the association: "-1 if the channel is an SctpChannel that has reached end-of-stream".
    ReceivedInfo(Association association, SocketAddress address) {
        this.association = association;
        this.address = address;
        this.bytes = -1;
        this.complete = true;
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public Association association() {
        return association;
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public boolean isComplete() {
        return complete;
    }

    @Override
    public MessageInfo complete(boolean value) {
        complete = value;
        return this;
    }

    @Override
    public boolean isUnordered() {
        return unordered;
    }

    @Override
    public MessageInfo unordered(boolean value) {
        unordered = value;
        return this;
    }

    @Override
    public int payloadProtocolID() {
        return payloadProtocolId;
    }

    @Override
    public MessageInfo payloadProtocolID(int ppid) {
        payloadProtocolId = ppid;
        return this;
    }

    @Override
    public int streamNumber() {
        return streamNumber;
    }

    @Override
    public MessageInfo streamNumber(int number) {
        if (number < 0 || number > STREAM_MAX) {
            throw new IllegalArgumentException("Invalid stream number");
        }
        streamNumber = number;
        return this;
    }

    @Override
    public long timeToLive() {
        return timeToLive;
    }

    @Override
    public MessageInfo timeToLive(long millis) {
        timeToLive = millis;
        return this;
    }

    @Override
    public String toString() {
        return "MessageInfo[" + address + ", " + association + ", " + bytes + " bytes, stream " + streamNumber
                + ", ppid " + payloadProtocolId + (unordered ? ", unordered" : "")
                + (complete ? "]" : ", more to come]");
    }
}
