package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StateBackend;
import io.millrace.state.memory.MemoryBackend;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An application on the real engine in a simulated world, over several lives of its process. */
public final class Simulation {
    private final EmbeddedLogConfig logConfig;
    private final UnaryOperator<AppSettings> settings;
    private SimulatedWorld world;
    private @Nullable MemoryBackend backend;
    private @Nullable EmbeddedLog log;

    public Simulation(long seed, EmbeddedLogConfig logConfig, UnaryOperator<AppSettings> settings) {
        this.logConfig = logConfig;
        this.settings = settings;
        this.world = new SimulatedWorld(seed);
    }

    Simulation(long seed) {
        this(seed, EmbeddedLogConfig.defaults(), given -> given);
    }

    public SimulatedWorld world() {
        return world;
    }

    /** The log, opened if it is not. */
    public EmbeddedLog log() {
        EmbeddedLog open = log;
        if (open == null) {
            open = EmbeddedLog.open(world.world(), logConfig);
            log = open;
        }
        return open;
    }

    MemoryBackend backend(String logId) {
        MemoryBackend present = backend;
        if (present == null) {
            present = new MemoryBackend(logId);
            backend = present;
        }
        return present;
    }

    public Application start(Pipeline pipeline) {
        return pipeline.start(log(), settings.apply(AppSettings.of(world.world(), this::backend)));
    }

    public void runUntilDrained(Application app) {
        boolean drained = world.runUntil(() -> app.isDrained() || app.failure().isPresent(), Duration.ofHours(1));
        assertThat(app.failure()).as("%s", world).isEmpty();
        assertThat(drained).as("%s: %s", world, app.status()).isTrue();
    }

    /** What the backend holds of a store's partition. */
    <K, V> Map<K, V> stored(KeyValueSpec<K, V> spec, int partition) {
        return stored(backend(log().logId()), spec, partition);
    }

    static <K, V> Map<K, V> stored(MemoryBackend present, KeyValueSpec<K, V> spec, int partition) {
        Map<K, V> entries = new HashMap<>();
        try (StateBackend.Reader reader = present.newReader(partition)) {
            reader.scan(present.openStore(spec.name()), (key, value) -> {
                entries.put(spec.keySerde().read(key), spec.valueSerde().read(value));
                return true;
            });
        }
        return entries;
    }

    /** The process dies, if it has not yet, and the next one finds what is left. */
    public void crash(CrashMode mode) {
        MemoryBackend present = backend;
        if (mode == CrashMode.POWER && present != null) {
            present.losePower(new Random(world.seed() * 31 + world.storage().callCount()));
        }
        world = world.restart(mode);
        log = null;
    }

    public void closeLog() {
        log().close();
        log = null;
    }
}
