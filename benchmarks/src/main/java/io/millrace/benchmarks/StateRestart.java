package io.millrace.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serdes;
import io.millrace.state.PartitionState;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateStoreConfig;
import io.millrace.state.rocksdb.RocksBackend;
import io.millrace.state.rocksdb.RocksConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a large store takes until its task works again, after a kill under full load. */
@Command(
        name = "restart",
        description = "Fills a store, kills the process under full load, and times opening and replay, in a new JVM.",
        mixinStandardHelpOptions = true)
final class StateRestart implements Callable<Integer> {
    /** Commits of this many changes, as an application at full load makes them ten times a second. */
    private static final int CHANGES = 10_000;

    /** Restored records between two marks, as in the runtime. */
    private static final int MARK_EVERY = 4096;

    private static final String COMMITTED = "committed";

    /** What a child process does. */
    enum Phase {
        /** Puts every key once, and closes. */
        FILL,
        /** Changes keys at full speed and is gone. */
        KILL,
        /** Opens, replays what is missing, reads, and is gone, too. */
        RESTART
    }

    @Option(
            names = "--keys",
            defaultValue = "1000000",
            description = "Keys, with values of 100 B; default: ${DEFAULT-VALUE}.")
    private int keys;

    @Option(
            names = "--changes",
            defaultValue = "2000000",
            description = "Changes, of keys drawn at random, before the kill; default: ${DEFAULT-VALUE}.")
    private long changes;

    @Option(
            names = "--runs",
            defaultValue = "3",
            description = "How often it is killed and opened; default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(names = "--phase", hidden = true)
    private @Nullable Phase phase;

    @Option(names = "--dir", hidden = true)
    private @Nullable Path directory;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path given = directory;
        if (phase != null && given != null) {
            run(phase, given);
            return 0;
        }
        Path root = DataDirectory.create("restart-");
        try {
            Figure.print(measure(root, keys, changes, runs));
        } finally {
            DataDirectory.delete(root);
        }
        return 0;
    }

    /** Medians of {@code runs} restarts. */
    static List<Figure> measure(Path root, int keys, long changes, int runs) throws IOException, InterruptedException {
        Files.createDirectories(root);
        List<Figure> figures = new ArrayList<>(child(Phase.FILL, root, keys, changes));
        List<Figure> restarts = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            restarts.addAll(child(Phase.KILL, root, keys, changes));
            restarts.addAll(child(Phase.RESTART, root, keys, changes));
        }
        figures.addAll(Figure.medians(restarts));
        return figures;
    }

    private static List<Figure> child(Phase phase, Path root, int keys, long changes)
            throws IOException, InterruptedException {
        return ChildJvm.run(
                phase == Phase.FILL ? 0 : ChildJvm.HALTED,
                List.of("restart", "--phase=" + phase, "--dir=" + root, "--keys=" + keys, "--changes=" + changes));
    }

    private void run(Phase which, Path root) throws IOException {
        switch (which) {
            case FILL -> fill(root);
            case KILL -> workAndDie(root);
            case RESTART -> restart(root);
        }
    }

    private void fill(Path root) {
        long began = System.nanoTime();
        try (StateFixture state = new StateFixture(root.resolve("state"), true)) {
            state.load(0, keys);
        }
        Figure.report(new Figure("restart: fill the store and close", (System.nanoTime() - began) / 1e9, "s"));
    }

    /** Each change is a record of the changelog: a commit of ten thousand moves its position by as many. */
    private void workAndDie(Path root) throws IOException {
        StateFixture state = new StateFixture(root.resolve("state"), true);
        SplittableRandom random = new SplittableRandom(42);
        long began = System.nanoTime();
        for (long change = 0; change < changes; change += CHANGES) {
            for (int i = 0; i < CHANGES; i++) {
                state.store().put((long) random.nextInt(keys), state.value(i));
            }
            state.commit(state.position() + CHANGES);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        Files.writeString(root.resolve(COMMITTED), Long.toString(state.position()));
        Figure.report(new Figure("restart: changes committed before the kill", changes / seconds, "/s"));
        System.out.flush();
        Runtime.getRuntime().halt(ChildJvm.HALTED);
    }

    private void restart(Path root) throws IOException {
        long committed = Long.parseLong(Files.readString(root.resolve(COMMITTED)));
        Samples samples = new Samples(StateFixture.VALUE_BYTES);
        long began = System.nanoTime();
        double processorBegan = processorMillis();
        StateDatabase database = StateDatabase.open(
                RocksBackend.open(root.resolve("state"), "benchmark", RocksConfig.defaults()),
                StateStoreConfig.defaults());
        PartitionState partition = database.partition(0, List.of(StateFixture.STORE));
        Figure.report(Figure.millis("restart: open after a kill", began));
        Figure.report(
                new Figure("restart: open after a kill, processor time", processorMillis() - processorBegan, "ms"));
        long position = partition.position(StateFixture.STORE.name()).orElse(0);
        long replayBegan = System.nanoTime();
        processorBegan = processorMillis();
        replay(partition, samples, position, committed);
        Figure.report(new Figure("restart: changes to replay", committed - position, "records"));
        Figure.report(Figure.millis("restart: replay them", replayBegan));
        Figure.report(new Figure("restart: replay them, processor time", processorMillis() - processorBegan, "ms"));
        if (partition.store(StateFixture.STORE).get((long) keys / 2) == null) {
            throw new IllegalStateException("A key of the store is gone");
        }
        Figure.report(Figure.millis("restart: until the first look-up is answered", began));
        System.out.flush();
        Runtime.getRuntime().halt(ChildJvm.HALTED);
    }

    /** The records of a changelog, without the log that would hold them: as many, of the same size. */
    private void replay(PartitionState partition, Samples samples, long from, long to) {
        SplittableRandom random = new SplittableRandom(42);
        BytesWriter writer = new BytesWriter();
        BytesView key = new BytesView();
        for (long position = from; position < to; position++) {
            Serdes.int64().write((long) random.nextInt(keys), writer.clear());
            partition.restore(StateFixture.STORE.name(), writer.viewInto(key), samples.value((int) position));
            if ((position - from) % MARK_EVERY == 0) {
                partition.restored(StateFixture.STORE.name(), position + 1);
            }
        }
        partition.restored(StateFixture.STORE.name(), to);
        partition.commit(Map.of());
    }

    private static double processorMillis() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e6;
    }
}
