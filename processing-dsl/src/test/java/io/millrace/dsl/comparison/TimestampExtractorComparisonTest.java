package io.millrace.dsl.comparison;

import io.millrace.dsl.ErrorPolicy;
import io.millrace.dsl.SourceRecord;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.processor.TimestampExtractor;

/** Times by what an extractor is told of the record and of its partition (KIP-251). In one partition, as the test driver of Kafka Streams has no more. */
class TimestampExtractorComparisonTest {
    private static final Topic<String, Long> IN =
            Topic.of("in", Serdes.string(), Serdes.int64()).withPartitions(1);
    private static final Topic<String, Long> OUT = KafkaComparison.topic("out", Serdes.string(), Serdes.int64());

    private static final KafkaComparison PROGRAM = KafkaComparison.of(
                    millrace -> millrace.stream(IN)
                            // A record without a time is left out by Kafka Streams.
                            .onError(ErrorPolicy.skip())
                            .withTimestampExtractor("reached", TimestampExtractorComparisonTest::happened)
                            .to(OUT),
                    kafka -> {
                        TimestampExtractor extractor = (record, partitionTime) -> happened(
                                record.timestamp(),
                                record.offset(),
                                record.headers().toArray().length,
                                partitionTime);
                        KStream<String, Long> in = kafka.stream(
                                IN.name(), KafkaComparison.consumed(IN).withTimestampExtractor(extractor));
                        KafkaComparison.to(OUT, in);
                    })
            .writing(OUT);

    private static long happened(String key, Long value, SourceRecord record) {
        return happened(record.timestamp(), record.offset(), record.headers().size(), record.partitionTime());
    }

    private static long happened(long timestamp, long offset, int headers, long partitionTime) {
        return switch ((int) (timestamp % 4)) {
            case 0 -> partitionTime;
            case 1 -> partitionTime - 10 + offset;
            default -> timestamp + headers;
        };
    }

    @Provide
    Arbitrary<List<Fed>> input() {
        return Inputs.lists(Inputs.records(IN, Arbitraries.longs().between(0, 9)));
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void timesAreThoseOfKafkaStreams(@ForAll("input") List<Fed> input) {
        PROGRAM.check(input);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void theyAreWhenTheProcessDies(@ForAll("input") List<Fed> input, @ForAll long seed) {
        PROGRAM.checkWithCrashes(input, seed);
    }
}
