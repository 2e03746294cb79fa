package io.millrace.log.embedded.partition;

import java.util.ArrayList;
import java.util.List;

/** Who wants to know that a partition has more to read. Any thread adds, removes and runs; running takes no lock. */
final class Listeners {
    private volatile Runnable[] present = {};

    synchronized void add(Runnable listener) {
        List<Runnable> more = new ArrayList<>(List.of(present));
        more.add(listener);
        present = more.toArray(new Runnable[0]);
    }

    synchronized void remove(Runnable listener) {
        List<Runnable> fewer = new ArrayList<>(List.of(present));
        fewer.remove(listener);
        present = fewer.toArray(new Runnable[0]);
    }

    void run() {
        for (Runnable listener : present) {
            listener.run();
        }
    }
}
