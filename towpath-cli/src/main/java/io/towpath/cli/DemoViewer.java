package io.towpath.cli;

import io.towpath.observe.Ladder;
import io.towpath.observe.LadderItem;
import java.util.List;

/// Who watches a [Demo] while it runs.
interface DemoViewer {
    /// The demo begins: all that it needs is there.
    void begin();

    /// A part of the conversation is over; `items` is what it adds to the ladder.
    void part(Demo.Part part, Ladder ladder, List<LadderItem> items);

    /// The transfer goes on: called often.
    ///
    /// @param received bytes of the file that arrived in order
    /// @param nanos virtual time since the transfer began
    void progress(long received, long nanos);

    /// Watches nothing.
    DemoViewer NOBODY = new DemoViewer() {
        @Override
        public void begin() {}

        @Override
        public void part(Demo.Part part, Ladder ladder, List<LadderItem> items) {}

        @Override
        public void progress(long received, long nanos) {}
    };
}
