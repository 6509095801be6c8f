package io.towpath.junit.lockstep;

import io.towpath.core.Time;
import io.towpath.link.IoDriver;
import io.towpath.net.time.Driven;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/// Virtual time, and what happens at which moment: scripted actions, and hosts that have something to do.
/// Whoever conducts calls it; [Post#wake] and [#now] are for everybody.
final class Clockwork {
    private record Scripted(long at, long order, Runnable action) implements Comparable<Scripted> {
        @Override
        public int compareTo(Scripted other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final List<Post> posts = new CopyOnWriteArrayList<>();
    private final PriorityQueue<Scripted> script = new PriorityQueue<>();
    private long scripted;
    private volatile long now;

    /// A host's place.
    private final class Post implements IoDriver {
        private final Driven host;
        private volatile boolean due;

        Post(Driven host) {
            this.host = host;
        }

        @Override
        public void await(long nanos) {
            throw new IllegalStateException("nobody waits here: the conductor calls");
        }

        @Override
        public void wake() {
            due = true;
        }

        @Override
        public void close() {
            posts.remove(this);
        }

        boolean isDue() {
            return due || host.deadline() <= now;
        }
    }

    /// A host comes up.
    IoDriver add(Driven host) {
        Post post = new Post(host);
        posts.add(post);
        return post;
    }

    /// Runs `action` at the moment `at`, or now when that is over.
    void at(long at, Runnable action) {
        script.add(new Scripted(Math.max(at, now), scripted++, action));
    }

    /// The present moment, nanoseconds since the beginning.
    long now() {
        return now;
    }

    /// Does what is due: actions first, then hosts in the order in which they came up.
    ///
    /// @return true when there was anything
    boolean turn() {
        boolean any = false;
        for (Scripted first = script.peek(); first != null && first.at() <= now; first = script.peek()) {
            script.remove();
            first.action().run();
            any = true;
        }
        for (Post post : posts) {
            if (post.isDue()) {
                post.due = false;
                post.host.visit();
                any = true;
            }
        }
        return any;
    }

    /// The next moment at which something happens, [Time#NEVER] when nothing will.
    long earliest() {
        Scripted first = script.peek();
        long earliest = first == null ? Time.NEVER : first.at();
        for (Post post : posts) {
            earliest = Math.min(earliest, post.due ? now : post.host.deadline());
        }
        return earliest;
    }

    /// Names of hosts that are due, for messages.
    String whoIsDue() {
        StringBuilder who = new StringBuilder();
        for (Post post : posts) {
            if (post.isDue()) {
                who.append(who.isEmpty() ? "" : ", ").append(post.host.name());
            }
        }
        return who.toString();
    }

    /// The clock jumps.
    void advance(long to) {
        now = Math.max(now, to);
    }
}
