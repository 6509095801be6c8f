package io.towpath.observe;

import java.util.ArrayList;
import java.util.List;

/// Many packets of a [Ladder] in a row that are only counted.
public final class LadderRun implements LadderItem {
    /// So few packets are shown one by one: to count them would take as much room.
    static final int FEW = 4;

    private final LadderArrow first;
    private final List<LadderArrow> few = new ArrayList<>(FEW);
    private final Direction rightward = new Direction();
    private final Direction leftward = new Direction();

    /// What went in one direction.
    public static final class Direction {
        private long dataSegments;
        private long otherPackets;
        private long dataBytes;
        private long again;
        private long arrived;
        private boolean acknowledging = true;
        private boolean sctp;

        private Direction() {}

        /// True when it is SCTP.
        boolean isSctp() {
            return sctp;
        }

        /// TCP segments and SCTP packets with data, and UDP datagrams.
        public long dataSegments() {
            return dataSegments;
        }

        /// True when all packets without data are acknowledgments of TCP or SCTP.
        public boolean isAcknowledging() {
            return acknowledging;
        }

        /// Packets without data: acknowledgments, most of them.
        public long otherPackets() {
            return otherPackets;
        }

        /// Data in all of them, retransmissions included.
        public long dataBytes() {
            return dataBytes;
        }

        /// Those that carry data sent before.
        public long again() {
            return again;
        }

        /// All packets.
        public long packets() {
            return dataSegments + otherPackets;
        }

        /// Those that did not arrive, so far.
        public long missing() {
            return packets() - arrived;
        }
    }

    LadderRun(LadderArrow first) {
        this.first = first;
        add(first);
    }

    void add(LadderArrow arrow) {
        arrow.joins(this);
        if (few.size() < FEW) {
            few.add(arrow);
        }
        Direction way = direction(arrow.fromLeft());
        way.sctp |= arrow.label() instanceof LadderLabel.Sctp;
        if (arrow.label().dataBytes() > 0) {
            way.dataSegments++;
            way.dataBytes += arrow.label().dataBytes();
        } else {
            way.otherPackets++;
            way.acknowledging &= !(arrow.label() instanceof LadderLabel.Other);
        }
        if (arrow.label().isAgain()) {
            way.again++;
        }
        if (!arrow.isMissing()) {
            way.arrived++;
        }
    }

    void arrived(LadderArrow arrow) {
        direction(arrow.fromLeft()).arrived++;
    }

    /// The packets one by one, when they are few; otherwise the run itself.
    List<? extends LadderItem> shown() {
        return packets() <= FEW ? few : List.of(this);
    }

    @Override
    public long departAt() {
        return first.departAt();
    }

    /// What went from left to right, or from right to left.
    public Direction direction(boolean fromLeft) {
        return fromLeft ? rightward : leftward;
    }

    /// All packets of it.
    public long packets() {
        return rightward.packets() + leftward.packets();
    }
}
