package io.towpath.net.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandQueueTest {
    private final List<Integer> ran = new ArrayList<>();

    private Command command(int number) {
        return new Command() {
            @Override
            void execute(long now) {
                ran.add(number);
            }

            @Override
            void abandon(IOException cause) {}
        };
    }

    @Test
    void commandsComeOutInTheOrderInWhichTheyWentIn() {
        CommandQueue queue = new CommandQueue();
        for (int i = 0; i < 5; i++) {
            queue.push(command(i));
        }
        for (Command c = queue.takeAll(); c != null; c = c.next) {
            c.execute(0);
        }
        assertThat(ran).containsExactly(0, 1, 2, 3, 4);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.takeAll()).isNull();
    }
}
