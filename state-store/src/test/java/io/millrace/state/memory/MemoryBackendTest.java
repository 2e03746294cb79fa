package io.millrace.state.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.state.StateBackend;
import io.millrace.state.StateBackendContract;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MemoryBackendTest extends StateBackendContract {
    private final MemoryBackend memory = new MemoryBackend("log");

    @Override
    protected StateBackend open() {
        return memory;
    }

    @Test
    void aPowerLossTakesAnySuffixOfTheBatchesThatWereNotFlushedAndNeverAPartOfOne() {
        TreeSet<Long> survived = new TreeSet<>();
        Random random = new Random(42);
        for (int round = 0; round < 100; round++) {
            MemoryBackend crashing = new MemoryBackend("log");
            int store = crashing.openStore("store");
            for (int batch = 1; batch <= 6; batch++) {
                int number = batch;
                crashing.write(sink -> {
                    sink.put(store, 0, utf8("key"), utf8("value" + number));
                    sink.position(store, 0, number);
                });
                if (batch == 3) {
                    crashing.flush();
                }
            }

            crashing.losePower(random);

            long position = crashing.position(store, 0).orElseThrow();
            useInstead(crashing);
            assertThat(get(store, 0, "key")).isEqualTo("value" + position);
            survived.add(position);
        }
        assertThat(survived).containsExactly(3L, 4L, 5L, 6L);
    }
}
