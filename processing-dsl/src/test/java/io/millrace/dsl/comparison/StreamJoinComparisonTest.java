package io.millrace.dsl.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.EventStream;
import io.millrace.dsl.JoinKind;
import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.JoinedStream;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.jspecify.annotations.Nullable;

/**
 * Joins of streams. As long as no record is further behind than the grace, and than the window reaches beyond it, Kafka Streams says the same, but for
 * the moment at which it tells of what met none: so that goes into a topic of its own. Where records come later, its results depend on what its
 * stores happen to have left; there Millrace's are those of {@link JoinFold}.
 *
 * <p>Both sides are made of one topic with one partition, so that event time is the same for both systems, or of a topic each.
 */
class StreamJoinComparisonTest {
    private static final Topic<String, String> BOTH = input("both");
    private static final Topic<String, String> LEFT = input("left");
    private static final Topic<String, String> RIGHT = input("right");
    private static final Topic<String, String> PAIRS = input("pairs");
    private static final Topic<String, String> ALONE = input("alone");
    private static final Topic<String, String> LATE = input("late");
    private static final int LONGEST = 30;

    private static Topic<String, String> input(String name) {
        return Topic.of(name, Serdes.string(), Serdes.string()).withPartitions(1);
    }

    // --- the program

    /** @param isOneInput whether both sides are made of one topic */
    private record Program(JoinKind kind, JoinWindows windows, boolean isOneInput) {
        KafkaComparison comparison() {
            return KafkaComparison.of(this::millrace, this::kafka).writing(PAIRS, ALONE, LATE);
        }

        private void millrace(Pipeline.Builder builder) {
            EventStream<String, String> left =
                    isOneInput ? builder.stream(BOTH).filter((key, value) -> isLeft(value)) : builder.stream(LEFT);
            EventStream<String, String> right =
                    isOneInput ? builder.stream(BOTH).filterNot((key, value) -> isLeft(value)) : builder.stream(RIGHT);
            JoinedStream<String, String, String, String> joined = switch (kind) {
                case INNER -> left.join("join", right, JoinFold::joined, windows);
                case LEFT -> left.leftJoin("join", right, JoinFold::joined, windows);
                case OUTER -> left.outerJoin("join", right, JoinFold::joined, windows);
            };
            EventStream<String, String> results = joined.withValueSerde(Serdes.string());
            results.filter((key, value) -> isPair(value)).to(PAIRS);
            results.filterNot((key, value) -> isPair(value)).to(ALONE);
            joined.lateLeft().merge(joined.lateRight()).to(LATE);
        }

        private void kafka(StreamsBuilder builder) {
            KStream<String, String> both = isOneInput ? KafkaComparison.stream(builder, BOTH) : null;
            KStream<String, String> left =
                    both == null ? KafkaComparison.stream(builder, LEFT) : both.filter((key, value) -> isLeft(value));
            KStream<String, String> right = both == null
                    ? KafkaComparison.stream(builder, RIGHT)
                    : both.filterNot((key, value) -> isLeft(value));
            KStream<String, String> joined = joined(kind, left, right, windows);
            KafkaComparison.to(PAIRS, joined.filter((key, value) -> isPair(value)));
            KafkaComparison.to(ALONE, joined.filterNot((key, value) -> isPair(value)));
        }

        Map<String, List<Written>> fold(List<Fed> input) {
            JoinFold fold = new JoinFold(kind, windows, isOneInput);
            for (Fed fed : input) {
                boolean isLeft = fed.topic().equals(LEFT) || (fed.topic().equals(BOTH) && isLeft((String) fed.value()));
                fold.add(isLeft, fed.key(), fed.value(), fed.timestamp());
            }
            return KafkaComparison.byKey(fold.written());
        }

        /** How far behind a record may be where Kafka Streams does what it says. */
        long disorder() {
            long grace = windows.grace().toMillis();
            long least = Math.min(windows.before().toMillis(), windows.after().toMillis());
            // Its stores lose a record in the millisecond in which its window still closes.
            long inStores = least > 0 ? grace : grace - 1;
            return kind == JoinKind.INNER ? inStores : Math.min(inStores, least);
        }

        private static boolean isLeft(@Nullable String value) {
            return value != null && value.startsWith("L");
        }

        private static boolean isPair(String value) {
            return !value.contains("null");
        }
    }

    /** A stream that is joined with itself. */
    private static KafkaComparison withItself(JoinKind kind, JoinWindows windows) {
        return KafkaComparison.of(
                        millrace -> {
                            EventStream<String, String> stream = millrace.stream(BOTH);
                            JoinedStream<String, String, String, String> joined = switch (kind) {
                                case INNER -> stream.join("join", stream, JoinFold::joined, windows);
                                case LEFT -> stream.leftJoin("join", stream, JoinFold::joined, windows);
                                case OUTER -> stream.outerJoin("join", stream, JoinFold::joined, windows);
                            };
                            joined.withValueSerde(Serdes.string()).to(PAIRS);
                        },
                        kafka -> {
                            KStream<String, String> stream = KafkaComparison.stream(kafka, BOTH);
                            KafkaComparison.to(PAIRS, joined(kind, stream, stream, windows));
                        })
                .writing(PAIRS);
    }

    private static KStream<String, String> joined(
            JoinKind kind, KStream<String, String> left, KStream<String, String> right, JoinWindows windows) {
        var kafkaWindows = org.apache.kafka.streams.kstream.JoinWindows.ofTimeDifferenceAndGrace(
                        windows.after().abs(), windows.grace())
                .after(windows.after())
                .before(windows.before());
        var serde = KafkaComparison.serde(Serdes.string());
        StreamJoined<String, String, String> stores = StreamJoined.with(serde, serde, serde);
        return switch (kind) {
            case INNER -> left.join(right, JoinFold::joined, kafkaWindows, stores);
            case LEFT -> left.leftJoin(right, JoinFold::joined, kafkaWindows, stores);
            case OUTER -> left.outerJoin(right, JoinFold::joined, kafkaWindows, stores);
        };
    }

    // --- the input

    /** A record before it has a place and a time. */
    private record Draft(boolean isLeft, @Nullable String key, boolean hasValue, long step, long behind) {}

    @Provide
    Arbitrary<List<Draft>> drafts() {
        return drafts(0);
    }

    @Provide
    Arbitrary<List<Draft>> draftsWithHoles() {
        return drafts(0.07);
    }

    private static Arbitrary<List<Draft>> drafts(double holes) {
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of("k0", "k1").injectNull(holes),
                        Arbitraries.frequencyOf(
                                Tuple.of(Math.max(1, (int) (100 * (1 - holes))), Arbitraries.just(true)),
                                Tuple.of((int) (100 * holes), Arbitraries.just(false))),
                        Arbitraries.frequencyOf(
                                Tuple.of(8, Arbitraries.longs().between(0, 6)),
                                Tuple.of(1, Arbitraries.longs().between(0, 60))),
                        Arbitraries.frequencyOf(
                                Tuple.of(2, Arbitraries.just(0L)),
                                Tuple.of(2, Arbitraries.longs().between(0, 12)),
                                Tuple.of(1, Arbitraries.longs().between(0, 90))))
                .as(Draft::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(LONGEST);
    }

    /** No record is further behind than this; at the end comes one of each side that closes all. */
    private static List<Fed> input(List<Draft> drafts, boolean isOneInput, long disorder) {
        List<Fed> input = new ArrayList<>();
        long now = 0;
        for (Draft draft : drafts) {
            now += draft.step();
            long time = Math.max(0, now - Math.min(draft.behind(), disorder));
            String value = (draft.isLeft() ? "L" : "R") + input.size();
            input.add(fed(draft.isLeft(), isOneInput, draft.key(), draft.hasValue() ? value : null, time));
        }
        input.add(fed(true, isOneInput, "end", "Lend", 100_000));
        input.add(fed(false, isOneInput, "end", "Rend", 100_000));
        return input;
    }

    private static Fed fed(
            boolean isLeft, boolean isOneInput, @Nullable String key, @Nullable String value, long time) {
        return Fed.of(isOneInput ? BOTH : isLeft ? LEFT : RIGHT, key, value, time);
    }

    @Provide
    Arbitrary<JoinWindows> windows() {
        return Combinators.combine(
                        Arbitraries.of(0L, 1L, 5L, 10L),
                        Arbitraries.of(0L, 1L, 5L, 10L),
                        Arbitraries.of(1L, 3L, 20L, 100L))
                .as((before, after, grace) -> windows(before, after, grace));
    }

    /** Also such that the partners are on one side only, and not near. */
    @Provide
    Arbitrary<JoinWindows> anyWindows() {
        return Combinators.combine(
                        Arbitraries.of(-8L, -3L, 0L, 5L, 10L),
                        Arbitraries.of(-3L, 0L, 8L, 10L),
                        Arbitraries.of(0L, 1L, 20L))
                .filter((before, after, grace) -> before + after >= 0)
                .as((before, after, grace) -> windows(before, after, grace));
    }

    private static JoinWindows windows(long before, long after, long grace) {
        return new JoinWindows(Duration.ofMillis(before), Duration.ofMillis(after), Duration.ofMillis(grace));
    }

    // --- what has to hold

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void resultsAreThoseOfKafkaStreams(
            @ForAll("drafts") List<Draft> drafts, @ForAll("windows") JoinWindows windows, @ForAll JoinKind kind) {
        Program program = new Program(kind, windows, true);
        List<Fed> input = input(drafts, true, Math.max(0, program.disorder()));
        boolean isOrderSame = kind != JoinKind.OUTER || windows.before().equals(windows.after());
        assertSame(program, input, isOrderSame);
    }

    /** In whatever order the two topics come. */
    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
    void theyAreOfTwoTopicsAlsoWhereKeysAndValuesAreMissing(
            @ForAll("draftsWithHoles") List<Draft> drafts,
            @ForAll("windows") JoinWindows windows,
            @ForAll JoinKind kind) {
        Program program = new Program(kind, windows, false);
        assertSame(program, input(drafts, false, Math.max(0, program.disorder())), false);
    }

    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
    void theyAreOfAStreamThatIsJoinedWithItself(
            @ForAll("drafts") List<Draft> drafts, @ForAll("windows") JoinWindows windows, @ForAll JoinKind kind) {
        List<Fed> input = input(drafts, true, Math.max(0, new Program(JoinKind.OUTER, windows, true).disorder()));
        withItself(kind, windows).check(input);
    }

    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE)
    void theyFollowFromTheInputWhenTheProcessDies(
            @ForAll("drafts") List<Draft> drafts,
            @ForAll("windows") JoinWindows windows,
            @ForAll("told") JoinKind kind,
            @ForAll long seed) {
        Program program = new Program(kind, windows, true);
        List<Fed> input = input(drafts, true, 90);
        assertThat(program.comparison().millraceWithCrashes(input, seed)).isEqualTo(program.fold(input));
    }

    @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
    void howeverLateRecordsComeTheResultsFollowFromTheOrderOfTheInput(
            @ForAll("draftsWithHoles") List<Draft> drafts,
            @ForAll("anyWindows") JoinWindows windows,
            @ForAll JoinKind kind,
            @ForAll boolean isOneInput) {
        Program program = new Program(kind, windows, isOneInput);
        List<Fed> input = input(isOneInput ? whole(drafts) : drafts, isOneInput, 90);
        assertThat(program.comparison().millrace(input))
                .as("%s of %s", program, input)
                .isEqualTo(program.fold(input));
    }

    @Property(tries = 80, edgeCases = EdgeCasesMode.NONE)
    void itDoesNotMatterWhichRecordsAreOfOneTransaction(
            @ForAll("drafts") List<Draft> drafts, @ForAll("anyWindows") JoinWindows windows, @ForAll JoinKind kind) {
        Program program = new Program(kind, windows, true);
        List<Fed> input = input(drafts, true, 90);
        assertThat(program.comparison().millraceAtOnce(input))
                .as("%s of %s", program, input)
                .isEqualTo(program.fold(input));
    }

    @Provide
    Arbitrary<JoinKind> told() {
        return Arbitraries.of(JoinKind.LEFT, JoinKind.OUTER);
    }

    /** The value says which side a record is of. */
    private static List<Draft> whole(List<Draft> drafts) {
        return drafts.stream()
                .map(draft -> new Draft(draft.isLeft(), draft.key(), true, draft.step(), draft.behind()))
                .toList();
    }

    private static void assertSame(Program program, List<Fed> input, boolean isOrderSame) {
        Map<String, List<Written>> millrace = program.comparison().millrace(input);
        Map<String, List<Written>> kafka = program.comparison().kafka(input);
        assertThat(millrace.keySet()).as("%s of %s", program, input).noneMatch(key -> key.startsWith("late"));
        assertThat(isOrderSame ? millrace : sorted(millrace))
                .as("what Millrace writes, compared with Kafka Streams, by %s of %s", program, input)
                .isEqualTo(isOrderSame ? kafka : sorted(kafka));
    }

    private static Map<String, List<Written>> sorted(Map<String, List<Written>> written) {
        Map<String, List<Written>> sorted = new TreeMap<>();
        written.forEach((key, records) -> sorted.put(
                key,
                records.stream().sorted(Comparator.comparing(Written::toString)).toList()));
        return sorted;
    }
}
