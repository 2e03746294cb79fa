package io.millrace.dsl.deadletter;

import io.millrace.dsl.deadletter.DecisionFormat.Decided;
import java.util.ArrayList;
import java.util.List;

/** Gathers the letters that one transaction decides as runs: one for letters of a partition with no other letter between. Owned by one thread. */
final class DecidedRuns {
    private final List<long[]> runs = new ArrayList<>();
    private final List<Integer> partitions = new ArrayList<>();
    private boolean isOpen;
    private int letters;

    /** @param isNext whether no letter lies between this one and the one added before */
    void add(LetterId letter, boolean isNext) {
        int last = runs.size() - 1;
        if (isOpen && isNext && partitions.get(last) == letter.partition()) {
            runs.get(last)[1] = letter.offset() + 1;
        } else {
            partitions.add(letter.partition());
            runs.add(new long[] {letter.offset(), letter.offset() + 1});
        }
        isOpen = true;
        letters++;
    }

    /** A letter that is not decided comes between. */
    void interrupt() {
        isOpen = false;
    }

    int letters() {
        return letters;
    }

    List<Decided> decided(String topicId, Decision decision, long nowMillis) {
        List<Decided> decided = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            long[] run = runs.get(i);
            decided.add(new Decided(topicId, partitions.get(i), run[0], run[1], decision, nowMillis));
        }
        return decided;
    }

    void clear() {
        runs.clear();
        partitions.clear();
        isOpen = false;
        letters = 0;
    }
}
