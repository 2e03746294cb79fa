package io.millrace.dsl.comparison;

import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.dsl.runtime.LogReading;
import io.millrace.dsl.runtime.Simulation;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerRecord;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.serde.BytesView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A program on Millrace, in a simulated world. A record is fed when all that came of the one before is written, as in Kafka's test driver. */
final class MillraceRun {
    static final int PARTITIONS = 3;
    /** A record takes about as many storage calls as this; so every third one meets a crash. */
    private static final int CALLS = 11;

    private final Pipeline pipeline;
    private final List<Topic<?, ?>> outputs;
    private final Simulation simulation = new Simulation(
            7,
            EmbeddedLogConfig.defaults(),
            settings -> settings.withLoops(1).withCommitInterval(Duration.ofMillis(10)));
    private @Nullable Random crashes;
    private Application application;

    MillraceRun(Consumer<Pipeline.Builder> program, List<Topic<?, ?>> outputs) {
        Pipeline.Builder builder = Pipeline.named("comparison");
        program.accept(builder);
        this.pipeline = builder.build();
        this.outputs = outputs;
        this.application = simulation.start(pipeline);
    }

    MillraceRun withCrashes(long seed) {
        crashes = new Random(seed);
        return this;
    }

    Map<String, List<Written>> feed(List<Fed> input) {
        for (Fed fed : input) {
            send(fed);
            drain();
        }
        return written();
    }

    /** Feeds all before anything comes of it: what is under way in different partitions may overtake each other. */
    Map<String, List<Written>> feedAtOnce(List<Fed> input) {
        input.forEach(this::send);
        drain();
        return written();
    }

    private void drain() {
        if (crashes != null) {
            runIntoCrash(crashes);
        }
        simulation.runUntilDrained(application);
    }

    private Map<String, List<Written>> written() {
        application.close();
        List<Written> written = new ArrayList<>();
        outputs.forEach(topic -> read(topic, written));
        simulation.closeLog();
        return KafkaComparison.byKey(written);
    }

    private void send(Fed fed) {
        byte[] key = fed.keyBytes();
        byte[] value = fed.valueBytes();
        try (LogProducer producer = simulation.log().producer()) {
            // Without a key all go to one partition, because that keeps their order.
            var ignored = producer.send(new ProducerRecord(
                    fed.topic().name(),
                    key == null ? 0 : null,
                    fed.timestamp(),
                    key == null ? null : BytesView.of(key),
                    value == null ? null : BytesView.of(value),
                    fed.headers()));
        }
    }

    /** The next process goes on with what this one left. */
    private void runIntoCrash(Random random) {
        simulation.world().storage().crashAt(simulation.world().storage().callCount() + random.nextInt(3 * CALLS));
        try {
            simulation.runUntilDrained(application);
            simulation.world().storage().crashAt(Long.MAX_VALUE);
        } catch (SimulatedCrash expected) {
            simulation.crash(CrashMode.PROCESS);
            application = simulation.start(pipeline);
        }
    }

    private void read(Topic<?, ?> topic, List<Written> written) {
        for (int partition = 0; partition < topic.partitions().orElseThrow(); partition++) {
            for (LogReading.Seen<?, ?> seen : LogReading.read(simulation.log(), topic, partition)) {
                List<String> headers = seen.headers().stream()
                        .map(header -> header.name() + "="
                                + Objects.requireNonNull(header.value()).toUtf8())
                        .toList();
                written.add(new Written(topic.name(), seen.key(), seen.value(), seen.timestamp(), headers));
            }
        }
    }
}
