package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.log.GroupDescription;
import io.millrace.log.TopicPartition;
import io.millrace.platform.sim.CrashMode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Instances that share an application's partitions: tasks move, and find their state. */
class PipelineTestInstancesTest {
    private static final PipelineTestSettings SIX =
            PipelineTestSettings.defaults().withPartitions(6);

    private final Map<String, Long> expected = new HashMap<>();

    private void send(PipelineTest test, int round) {
        for (int key = 0; key < 24; key++) {
            test.input(Sums.NUMBERS).send("k" + key, (long) round);
            expected.merge("k" + key, (long) round, Long::sum);
        }
    }

    private void check(PipelineTest test) {
        assertThat(test.state("sum")).as("%s", test).isEqualTo(expected);
        assertThat(test.output(Sums.SUMS).readLatestPerKey()).as("%s", test).isEqualTo(expected);
    }

    /** The partitions of each instance, by the names of its members. */
    private static Map<String, Set<TopicPartition>> assignment(PipelineTest test) {
        Map<String, Set<TopicPartition>> assignment = new HashMap<>();
        for (GroupDescription.Member member :
                test.log().admin().describeGroup("sums").orElseThrow().members()) {
            assignment.put(member.instanceId().orElseThrow(), new HashSet<>(member.assignment()));
        }
        return assignment;
    }

    /** The same sums; the action sees each record before it counts. */
    private static Pipeline summing(Runnable action) {
        Pipeline.Builder builder = Pipeline.named("sums");
        builder.stream(Sums.NUMBERS)
                .peek((key, value) -> action.run())
                .groupByKey()
                .reduce("sum", Long::sum)
                .toStream()
                .to(Sums.SUMS);
        return builder.build();
    }

    /** In the midst of its work: what it had not committed is done again by the other, once. */
    @Test
    void anInstanceThatIsKilledIsMissedAndItsWorkIsDoneOnceByTheOther() {
        int inTheMidst = 0;
        for (int seed = 0; seed < 20; seed++) {
            expected.clear();
            int killed = seed % 2;
            int[] left = {Integer.MAX_VALUE};
            PipelineTest[] run = new PipelineTest[1];
            Pipeline pipeline = summing(() -> {
                if (--left[0] == 0) {
                    run[0].crashInstance(killed);
                }
            });
            try (PipelineTest test =
                    PipelineTest.of(pipeline, SIX.withSeed(seed).withInstances(2))) {
                run[0] = test;
                send(test, 1);
                test.run();
                send(test, 10);
                left[0] = 2 + seed;
                Instant before = test.now();
                test.run();
                check(test);
                boolean wasMissed = Duration.between(before, test.now()).compareTo(Duration.ofSeconds(1)) > 0;
                assertThat(wasMissed).as("%s", test).isTrue();
                inTheMidst += -left[0] > 24 - (2 + seed) ? 1 : 0;
                assertThat(assignment(test).keySet()).containsExactly(killed == 0 ? "sums@instance-1-0" : "sums-0");
                assertThatThrownBy(() -> test.crashInstance(0))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("crashAndRestart()");
                test.addInstance();
                send(test, 100);
                test.run();
                check(test);
                assertThat(assignment(test)).hasSize(2).containsKeys("sums-0", "sums@instance-1-0");
            }
        }
        assertThat(inTheMidst).as("runs in which records were processed twice").isPositive();
    }

    @Test
    void anInstanceThatIsKilledLeavesTheStateThatItFindsWhenItComesBack() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SIX.withInstances(2))) {
            send(test, 1);
            test.run();
            test.crashInstance(1);
            assertThatThrownBy(() -> test.status(1)).hasMessageContaining("No instance 1 runs, 1 do");
            assertThatThrownBy(() -> test.crashInstance(1)).hasMessageContaining("No instance 1 runs, 1 do");
            test.addInstance();
            test.run();
            check(test);
            assertThat(test.metrics(1).value("millrace.restore.records")).isLessThan(24);
        }
    }

    @Test
    void partitionsMoveToAnInstanceThatJoinsAndBackWhenItGoesWithTheirState() {
        for (long seed = 0; seed < 20; seed++) {
            expected.clear();
            try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SIX.withSeed(seed))) {
                send(test, 1);
                test.run();
                test.addInstance();
                test.run();
                assertThat(assignment(test).get("sums-0")).hasSize(3);
                assertThat(assignment(test).get("sums@instance-1-0")).hasSize(3);
                long before = test.status(1).recordsConsumed();
                send(test, 10);
                test.run();
                assertThat(test.status(1).recordsConsumed()).isGreaterThan(before);
                assertThat(test.status(0).recordsConsumed() + test.status(1).recordsConsumed())
                        .isEqualTo(48);
                assertThat(test.status(1).restoring().recordsRestored()).isPositive();
                check(test);
                test.removeInstance();
                send(test, 100);
                test.run();
                assertThat(assignment(test).get("sums-0")).hasSize(6);
                check(test);
            }
        }
    }

    @Test
    void instancesThatJoinAndGoInTheMiddleOfTheWorkCostNothing() {
        for (long seed = 0; seed < 20; seed++) {
            expected.clear();
            PipelineTestSettings settings = SIX.withSeed(seed)
                    .withLoops(2)
                    .withInstances(2)
                    .withApplication(application -> application.withTransactionRecords(3));
            try (PipelineTest test = PipelineTest.of(Sums.pipeline(), settings)) {
                for (int round = 1; round < 5; round++) {
                    send(test, round);
                    test.addInstance();
                    test.crashAfter(seed * 3, CrashMode.PROCESS);
                    test.advanceTime(Duration.ofNanos(seed * 10_000));
                    send(test, round);
                    test.removeInstance();
                }
                test.run();
                check(test);
            }
        }
    }

    @Test
    void allInstancesComeBackAfterACrash() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline(), SIX.withInstances(3))) {
            send(test, 1);
            test.run();
            test.crashAndRestart();
            send(test, 2);
            test.run();
            assertThat(assignment(test))
                    .hasSize(3)
                    .allSatisfy((member, partitions) -> assertThat(partitions).hasSize(2));
            check(test);
        }
    }

    @Test
    void sourcesAreReadByTheFirstInstanceAlone() {
        Pipeline.Builder builder = Pipeline.named("copy");
        builder.ingest(
                "items",
                () -> RecordSource.of(LongStream.range(0, 20).boxed().toList()),
                (item, out) -> out.send(Sums.NUMBERS, "k" + item % 5, item, item));
        builder.stream(Sums.NUMBERS).to(Sums.SUMS);
        try (PipelineTest test = PipelineTest.of(builder.build(), SIX.withInstances(2))) {
            test.run();
            assertThat(test.status(0).recordsIngested()).isEqualTo(20);
            assertThat(test.status(0).ingestsFinished()).isTrue();
            assertThat(test.status(1).ingests()).isEmpty();
            for (int partition = 0; partition < 6; partition++) {
                test.input(Sums.NUMBERS).toPartition(partition).send("k", 1L);
            }
            test.run();
            assertThat(test.status(1).recordsConsumed()).isEqualTo(3);
            assertThat(test.output(Sums.SUMS).readAll()).hasSize(26);
        }
    }

    @Test
    void theLastInstanceStays() {
        try (PipelineTest test = PipelineTest.of(Sums.pipeline())) {
            assertThatThrownBy(test::removeInstance).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> test.status(1)).hasMessageContaining("started by run()");
        }
    }
}
