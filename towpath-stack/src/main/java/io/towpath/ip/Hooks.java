package io.towpath.ip;

import io.towpath.core.Packet;
import java.util.Arrays;

/// The five ordered lists of [Hook]s of one host. An empty list costs one test.
public final class Hooks {
    private static final Hook[] NONE = {};

    private final Hook[][] lists = new Hook[Hook.Point.values().length][];

    /// No list has any: asked several times for each packet.
    private boolean none = true;

    Hooks() {
        Arrays.fill(lists, NONE);
    }

    /// Adds `hook` behind those already at `point`.
    public void add(Hook.Point point, Hook hook) {
        Hook[] list = lists[point.ordinal()];
        Hook[] longer = Arrays.copyOf(list, list.length + 1);
        longer[list.length] = hook;
        lists[point.ordinal()] = longer;
        none = false;
    }

    /// Removes `hook` from `point`; nothing happens when it is not there.
    public void remove(Hook.Point point, Hook hook) {
        lists[point.ordinal()] =
                Arrays.stream(lists[point.ordinal()]).filter(h -> h != hook).toArray(Hook[]::new);
    }

    boolean isEmpty(Hook.Point point) {
        return none || lists[point.ordinal()].length == 0;
    }

    /// Asks the hooks in their order until one does not accept.
    Hook.Verdict apply(long now, Hook.Point point, Packet packet) {
        for (Hook hook : lists[point.ordinal()]) {
            Hook.Verdict verdict = hook.apply(now, point, packet);
            if (verdict != Hook.Verdict.ACCEPT) {
                return verdict;
            }
        }
        return Hook.Verdict.ACCEPT;
    }
}
