package io.millrace.dsl.testing;

import io.millrace.platform.sim.CrashMode;
import io.millrace.state.StateBackend;
import io.millrace.state.memory.MemoryBackend;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Where the committed state of every instance rests, over all lives of the process. */
final class TestBackends {
    private final PipelineTestSettings settings;
    private final RandomGenerator random;
    private final Map<Integer, MemoryBackend> memory = new TreeMap<>();
    /** Those of the present process that are not in memory. */
    private final Map<Integer, StateBackend> opened = new TreeMap<>();

    TestBackends(PipelineTestSettings settings) {
        this.settings = settings;
        random = new SplittableRandom(settings.seed());
    }

    StateBackend open(String logId, int instance) {
        if (settings.stateBackends().isEmpty()) {
            return memory.computeIfAbsent(instance, missing -> new MemoryBackend(logId));
        }
        StateBackend backend = settings.stateBackends().get().open(logId, instance);
        opened.put(instance, backend);
        return backend;
    }

    /** What the death of the process takes; native handles are given back in any case. */
    void crash(CrashMode mode) {
        if (mode == CrashMode.POWER) {
            memory.values().forEach(backend -> backend.losePower(random));
        }
        close();
    }

    /** Nothing of what is in memory is left, as after the loss of a machine. */
    void lose() {
        memory.clear();
    }

    /** What the death of one instance takes: nothing but native handles. */
    void kill(int instance) {
        StateBackend backend = opened.remove(instance);
        if (backend != null) {
            backend.close();
        }
    }

    /** Closing one that its application has closed has no effect. */
    void close() {
        opened.values().forEach(StateBackend::close);
        opened.clear();
    }
}
