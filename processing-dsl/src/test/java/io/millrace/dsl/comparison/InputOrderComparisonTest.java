package io.millrace.dsl.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.log.Partitioner;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serdes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;

/**
 * A backlog of several topics gives what Kafka Streams makes of the same records one at a time, in the order in which its tasks take them: of the partitions of one
 * number the one whose next record is the oldest. Where two are equally old Kafka Streams takes either; here the table's is the first.
 */
class InputOrderComparisonTest {
    private static final Topic<String, Long> STREAM =
            KafkaComparison.topic("m-stream", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> BEFORE = KafkaComparison.topic("a-table", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> BEHIND = KafkaComparison.topic("z-table", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> JOINED = KafkaComparison.topic("joined", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> ROWS = KafkaComparison.topic("rows", Serdes.string(), Serdes.int64());

    private static final KafkaComparison PROGRAM = KafkaComparison.of(
                    InputOrderComparisonTest::millrace, InputOrderComparisonTest::kafka)
            .writing(JOINED, ROWS);

    private static Long met(Long value, Long row) {
        return value * 100 + (row == null ? 99 : row);
    }

    private static void millrace(Pipeline.Builder builder) {
        var stream = builder.stream(STREAM);
        var before = builder.table(BEFORE, "before");
        var behind = builder.table(BEHIND, "behind");
        stream.leftJoin(before, InputOrderComparisonTest::met)
                .leftJoin(behind, InputOrderComparisonTest::met)
                .withSerdes(Serdes.string(), Serdes.int64())
                .to(JOINED);
        before.join(behind, InputOrderComparisonTest::met)
                .toStream()
                .withSerdes(Serdes.string(), Serdes.int64())
                .to(ROWS);
    }

    private static void kafka(StreamsBuilder builder) {
        KStream<String, Long> stream = KafkaComparison.stream(builder, STREAM);
        var before = KafkaComparison.table(builder, BEFORE, "before");
        var behind = KafkaComparison.table(builder, BEHIND, "behind");
        KafkaComparison.to(
                JOINED,
                stream.leftJoin(before, InputOrderComparisonTest::met).leftJoin(behind, InputOrderComparisonTest::met));
        KafkaComparison.to(
                ROWS, before.join(behind, InputOrderComparisonTest::met).toStream());
    }

    /** The order in which a task takes its inputs, one task after the other. */
    private static List<Fed> ordered(List<Fed> input) {
        List<Fed> ordered = new ArrayList<>();
        for (int partition = 0; partition < MillraceRun.PARTITIONS; partition++) {
            List<Deque<Fed>> queues = new ArrayList<>();
            for (Topic<String, Long> topic : List.of(BEFORE, BEHIND, STREAM)) {
                queues.add(queue(input, topic, partition));
            }
            for (Deque<Fed> next = oldest(queues); !next.isEmpty(); next = oldest(queues)) {
                ordered.add(next.remove());
            }
        }
        return ordered;
    }

    private static Deque<Fed> queue(List<Fed> input, Topic<String, Long> topic, int partition) {
        Deque<Fed> queue = new ArrayDeque<>();
        for (Fed fed : input) {
            byte[] key = fed.keyBytes();
            int target = key == null ? 0 : Partitioner.partitionOf(BytesView.of(key), MillraceRun.PARTITIONS);
            if (fed.topic().equals(topic) && target == partition) {
                queue.add(fed);
            }
        }
        return queue;
    }

    /** The first one of those that are equally old. */
    private static Deque<Fed> oldest(List<Deque<Fed>> queues) {
        Deque<Fed> oldest = new ArrayDeque<>();
        for (Deque<Fed> queue : queues) {
            if (!queue.isEmpty()
                    && (oldest.isEmpty()
                            || queue.element().timestamp() < oldest.element().timestamp())) {
                oldest = queue;
            }
        }
        return oldest;
    }

    @Provide
    Arbitrary<List<Fed>> input() {
        Arbitrary<Long> values = Arbitraries.longs().between(1, 9);
        return Arbitraries.oneOf(
                        Inputs.records(STREAM, values), Inputs.records(BEFORE, values), Inputs.records(BEHIND, values))
                .map(fed -> new Fed(fed.topic(), fed.key(), fed.value(), fed.timestamp() / 25, fed.headers()))
                .list()
                .ofMinSize(1)
                .ofMaxSize(60);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void aBacklogIsTakenByTime(@ForAll("input") List<Fed> input) {
        assertSame(PROGRAM.millraceAtOnce(input), input);
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void soItIsWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        assertSame(PROGRAM.millraceAtOnceWithCrashes(input, seed), input);
    }

    private static void assertSame(Map<String, List<Written>> millrace, List<Fed> input) {
        assertThat(millrace).as("what Millrace makes of %s", input).isEqualTo(PROGRAM.kafka(ordered(input)));
    }
}
