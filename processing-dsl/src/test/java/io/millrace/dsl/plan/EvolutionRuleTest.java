package io.millrace.dsl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.JoinWindows;
import io.millrace.dsl.Kept;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.Table;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopologyChange;
import io.millrace.dsl.TopologyPlan;
import io.millrace.dsl.TopologyPlan.Entry;
import io.millrace.dsl.TopologyPlan.Verdict;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.StoreSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Each change of a program, and what becomes of what the version before kept. */
class EvolutionRuleTest {
    private static final Topic<String, Long> IN = Topic.of("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OTHER = Topic.of("other", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT = Topic.of("out", Serdes.string(), Serdes.int64());

    /** What is recorded, version after version. */
    private Optional<TopologyManifest> recorded = Optional.empty();

    private static Pipeline pipeline(Consumer<Pipeline.Builder> steps) {
        Pipeline.Builder builder = Pipeline.named("app");
        steps.accept(builder);
        return builder.build();
    }

    private TopologyPlan plan(Consumer<Pipeline.Builder> steps) {
        return EvolutionRule.decide(recorded, DeclaredTopology.of(pipeline(steps)))
                .plan();
    }

    private TopologyPlan start(Consumer<Pipeline.Builder> steps) {
        EvolutionRule.Decision decision = EvolutionRule.decide(recorded, DeclaredTopology.of(pipeline(steps)));
        decision.plan().check();
        recorded = Optional.of(TopologyManifest.parse(decision.after().toText()));
        assertThat(EvolutionRule.decide(recorded, DeclaredTopology.of(pipeline(steps)))
                        .after())
                .as("a second start of the same changes nothing")
                .isEqualTo(recorded.get());
        return decision.plan();
    }

    private String stored(Kept kept) {
        return recorded.orElseThrow().storage().of(kept);
    }

    private static Consumer<Pipeline.Builder> counting(String store) {
        return builder -> builder.stream(IN).groupByKey().count(store);
    }

    private static Consumer<Pipeline.Builder> keeping(String store, Serde<?> values) {
        return builder -> builder.stream(IN)
                .process(
                        "keep",
                        stores -> (key, value, context) -> {},
                        StoreSpec.keyValue(store, Serdes.string(), values));
    }

    // --- what goes on

    @Test
    void theSameProgramGoesOn() {
        start(counting("counts"));
        assertThat(start(counting("counts")).toString()).isEqualTo("""
                Application app
                  keep    store 'counts' goes on
                """);
    }

    @Test
    void aStoreThatIsAddedBeginsEmpty() {
        start(counting("counts"));
        TopologyPlan plan = start(counting("counts").andThen(counting("more")));
        assertThat(plan.of(Verdict.ADD))
                .extracting(Entry::text)
                .containsExactly("store 'more' is new and begins empty: it lacks what was consumed before");
    }

    @Test
    void stepsThatKeepNothingMayChange() {
        start(builder -> builder.stream(IN).to(OUT));
        assertThat(plan(builder -> builder.stream(OTHER)
                                .filter((key, value) -> value > 0)
                                .to(OUT))
                        .entries())
                .isEmpty();
    }

    // --- another name

    private static Consumer<Pipeline.Builder> renamed(String store, String former) {
        return builder -> builder.stream(IN).groupByKey().count(store).renamedFrom(former);
    }

    @Test
    void aRenamedStoreStaysWhereItIs() {
        start(counting("counts"));
        assertThat(start(renamed("totals", "counts")).toString()).isEqualTo("""
                Application app
                  rename  store 'counts' is called 'totals' from now on, with all that it has
                """);
        assertThat(stored(Kept.store("totals"))).isEqualTo("counts");
        // What was said may stay, may go, and may be said of the next name.
        start(counting("totals"));
        start(renamed("sums", "totals"));
        assertThat(stored(Kept.store("sums"))).isEqualTo("counts");
    }

    @Test
    void aNewStoreWithTheNameOfARenamedOneHasAPlaceOfItsOwn() {
        start(counting("counts"));
        start(renamed("totals", "counts").andThen(counting("counts")));
        assertThat(stored(Kept.store("totals"))).isEqualTo("counts");
        assertThat(stored(Kept.store("counts"))).isEqualTo("counts.2");
    }

    @Test
    void theVersionBeforeTheRenameFindsItsStateAgain() {
        start(counting("counts"));
        start(renamed("totals", "counts"));
        assertThat(start(counting("counts")).toString())
                .contains("store 'totals' is called 'counts' again, with all that it has");
        assertThat(stored(Kept.store("counts"))).isEqualTo("counts");
        start(renamed("totals", "counts"));
        assertThat(stored(Kept.store("totals"))).isEqualTo("counts");
    }

    /** Each of them has a former name that another one has now, so all go on, and a second start cannot do it again. */
    @Test
    void namesMayMoveOnByOne() {
        start(counting("a").andThen(counting("b")));
        start(renamed("b", "a").andThen(renamed("c", "b")));
        assertThat(stored(Kept.store("b"))).isEqualTo("a");
        assertThat(stored(Kept.store("c"))).isEqualTo("b");
        start(counting("b").andThen(counting("c")).andThen(counting("a")));
        assertThat(stored(Kept.store("a"))).isEqualTo("a.2");
    }

    /** Whether it is done already could not be told at the next start. */
    @Test
    void namesAreNotExchanged() {
        assertThatThrownBy(() -> pipeline(renamed("a", "b").andThen(renamed("b", "a"))))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("exchange their names");
    }

    @Test
    void allStoresAndTopicsOfAStepFollowItsName() {
        start(builder -> builder.stream(IN)
                .leftJoin("near", builder.stream(OTHER), Long::sum, JoinWindows.ofTimeDifference(Duration.ofHours(1)))
                .withSerdes(Serdes.string(), Serdes.int64())
                .to(OUT));
        TopologyPlan plan = start(builder -> builder.stream(IN)
                .leftJoin("close", builder.stream(OTHER), Long::sum, JoinWindows.ofTimeDifference(Duration.ofHours(1)))
                .renamedFrom("near")
                .withSerdes(Serdes.string(), Serdes.int64())
                .to(OUT));
        assertThat(plan.of(Verdict.RENAME)).extracting(Entry::what).hasSize(3);
        assertThat(stored(Kept.store("close-unmatched"))).isEqualTo("near-unmatched");
        assertThat(plan(builder -> builder.stream(IN).groupByKey().count("near"))
                        .refusals())
                .first()
                .extracting(Entry::remedies)
                .asString()
                .contains("drop");
    }

    private static Consumer<Pipeline.Builder> byForeignKey(String name, Optional<String> former) {
        return builder -> {
            Table<String, Long> left = builder.table(IN, "left");
            Table<Long, Long> right = builder.table(Topic.of("right", Serdes.int64(), Serdes.int64()), "right-rows");
            Table<String, Long> joined =
                    left.join(name, right, (key, value) -> value, (mine, theirs) -> theirs, Serdes.int64());
            former.ifPresent(joined::renamedFrom);
        };
    }

    @Test
    void aJoinByForeignKeyTakesItsTopicsAlong() {
        start(byForeignKey("of", Optional.empty()));
        TopologyPlan refused = plan(byForeignKey("to", Optional.empty()));
        assertThat(refused.refusals())
                .allSatisfy(entry -> assertThat(entry.remedies())
                        .contains("if it is called '" + entry.what().name().replaceFirst("^of", "to")
                                + "' now: say .renamedFrom(\"of\") right behind the step 'to'"));
        TopologyPlan plan = start(byForeignKey("to", Optional.of("of")));
        assertThat(plan.of(Verdict.RENAME))
                .extracting(entry -> entry.what().toString())
                .containsExactlyInAnyOrder(
                        "store 'to'",
                        "store 'to-subscriptions'",
                        "repartition 'to-subscriptions'",
                        "repartition 'to-answers'");
        assertThat(plan.of(Verdict.KEEP)).hasSize(2);
    }

    private static Consumer<Pipeline.Builder> grouped(String repartition, Optional<String> former) {
        return builder -> {
            var groups = builder.stream(IN).groupBy(repartition, (key, value) -> value, Serdes.int64());
            former.ifPresent(groups::renamedFrom);
            groups.count("counts");
        };
    }

    /** The store behind it is fed by the same topic as before. */
    @Test
    void aRenamedRepartitionStaysWhereItIs() {
        start(grouped("by", Optional.empty()));
        assertThat(plan(grouped("of", Optional.empty())).refusals())
                .extracting(Entry::text)
                .containsExactly(
                        "repartition 'by' is gone: records that are under way in its topic would never arrive",
                        "store 'counts' is another one: it was fed by [app-by-repartition] and is fed by [app-of-repartition]");
        assertThat(start(grouped("of", Optional.of("by"))).isRefused()).isFalse();
        assertThat(stored(Kept.repartition("of"))).isEqualTo("by");
    }

    @Test
    void aFormerNameOfWhatIsNotThereIsRefusedWhenItIsBuilt() {
        assertThatThrownBy(
                        () -> pipeline(counting("counts").andThen(builder -> builder.sourceRenamedFrom("csv", "file"))))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("source 'csv'");
        assertThatThrownBy(() -> pipeline(builder -> builder.stream(IN)
                        .filter((key, value) -> true)
                        .renamedFrom("old")
                        .to(OUT)))
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("stands behind 'filter', which keeps nothing under a name");
        assertThatThrownBy(() -> pipeline(renamed("counts", "counts"))).hasMessageContaining("its own name");
        assertThatThrownBy(() -> pipeline(renamed("a", "x").andThen(renamed("b", "x"))))
                .hasMessageContaining("only one of them");
    }

    // --- what is gone

    private static Consumer<Pipeline.Builder> reading(String source) {
        return builder -> builder.ingest(source, () -> RecordSource.of(List.of()), (item, context) -> {});
    }

    @Test
    void aSourceThatIsGoneOrRenamedIsNoticed() {
        start(reading("csv"));
        assertThat(plan(reading("file")).refusals())
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.remedies())
                        .containsExactly(
                                "if it is called 'file' now: builder.sourceRenamedFrom(\"file\", \"csv\")",
                                "if it is to be deleted: builder.allow(TopologyChange.drop(\"csv\"))"));
        start(reading("file").andThen(builder -> builder.sourceRenamedFrom("file", "csv")));
        assertThat(stored(Kept.source("file"))).isEqualTo("csv");
    }

    @Test
    void whatIsDroppedBeginsAnewWhenItComesBack() {
        start(counting("counts").andThen(counting("others")));
        TopologyPlan plan = start(counting("others").andThen(builder -> builder.allow(TopologyChange.drop("counts"))));
        assertThat(plan.of(Verdict.DROP))
                .extracting(Entry::text)
                .containsExactly(
                        "store 'counts' is dropped: its changelog app-counts-changelog and its state are deleted");
        assertThat(recorded.orElseThrow().storage().retired()).containsExactly(Kept.store("counts"));
        start(counting("counts").andThen(counting("others")));
        assertThat(stored(Kept.store("counts"))).isEqualTo("counts.2");
        start(counting("others").andThen(builder -> builder.allow(TopologyChange.drop("counts"))));
        start(counting("counts").andThen(counting("others")));
        assertThat(stored(Kept.store("counts"))).isEqualTo("counts.3");
    }

    /** Said in a program that has the store, it does nothing but what it said once. */
    @Test
    void aDropThatStaysInTheProgramHasItsEffectOnce() {
        start(keeping("kept", Serdes.int64()));
        Consumer<Pipeline.Builder> next =
                keeping("kept", Serdes.string()).andThen(builder -> builder.allow(TopologyChange.drop("kept")));
        assertThat(start(next).toString()).contains("; store 'kept' begins anew");
        assertThat(stored(Kept.store("kept"))).isEqualTo("kept.2");
        assertThat(start(next).of(Verdict.KEEP)).hasSize(1);
        assertThat(stored(Kept.store("kept"))).isEqualTo("kept.2");
    }

    // --- what is another one

    @Test
    void otherValuesAreRefusedWithBoth() {
        start(keeping("kept", Serdes.int64()));
        assertThat(plan(keeping("kept", Serdes.int32()).andThen(builder -> builder.allow(TopologyChange.keep("kept"))))
                        .refusals())
                .singleElement()
                .satisfies(refusal -> {
                    assertThat(refusal.text())
                            .isEqualTo("store 'kept' is another one: the value was int64 and is int32");
                    assertThat(refusal.remedies())
                            .containsExactly(
                                    "if it is to be deleted and begin anew: builder.allow(TopologyChange.drop(\"kept\"))");
                });
    }

    @Test
    void anotherWindowIsRefused() {
        start(builder -> builder.stream(IN)
                .groupByKey()
                .windowedBy(TimeWindows.tumbling(Duration.ofMinutes(1)))
                .count("counts"));
        assertThat(plan(builder -> builder.stream(IN)
                                .groupByKey()
                                .windowedBy(TimeWindows.tumbling(Duration.ofMinutes(2)))
                                .count("counts"))
                        .refusals())
                .singleElement()
                .extracting(Entry::text)
                .asString()
                .contains("the size was 60000 ms and is 120000 ms");
    }

    @Test
    void anotherKindOfStepIsRefusedAndMayBeKept() {
        start(builder -> builder.stream(IN).groupByKey().reduce("sums", Long::sum));
        Consumer<Pipeline.Builder> table = builder -> builder.stream(IN).toTable("sums");
        assertThat(plan(table).refusals()).singleElement().satisfies(refusal -> {
            assertThat(refusal.text())
                    .isEqualTo("store 'sums' is another one: it was that of 'reduce sums' and is that of 'table sums'");
            assertThat(refusal.remedies())
                    .startsWith("if it can go on as it is: builder.allow(TopologyChange.keep(\"sums\"))");
        });
        assertThat(start(table.andThen(builder -> builder.allow(TopologyChange.keep("sums"))))
                        .of(Verdict.KEEP))
                .singleElement()
                .extracting(Entry::text)
                .asString()
                .startsWith("store 'sums' goes on, as is allowed, although it was that of");
        assertThat(stored(Kept.store("sums"))).isEqualTo("sums");
    }

    @Test
    void recordsUnderWayThatWouldBeReadOtherwiseAreRefused() {
        start(builder -> builder.stream(IN).repartition("again").to(OUT));
        Topic<String, String> texts = Topic.of("texts", Serdes.string(), Serdes.string());
        assertThat(plan(builder -> builder.stream(IN)
                                .mapValues(value -> "" + value)
                                .withValueSerde(Serdes.string())
                                .repartition("again")
                                .to(texts))
                        .refusals())
                .singleElement()
                .extracting(Entry::text)
                .isEqualTo("repartition 'again' is another one: its records were <utf8, int64> and are <utf8, utf8>");
    }

    // --- between machines

    @Test
    void whatAProgramSaysIsTheSameFromItsText() {
        Pipeline pipeline = pipeline(renamed("totals", "counts")
                .andThen(builder -> builder.allow(TopologyChange.drop("a.b"), TopologyChange.keep("c"))));
        DeclaredTopology declared = DeclaredTopology.of(pipeline);
        assertThat(DeclaredTopology.parse(declared.toText())).isEqualTo(declared);
        assertThat(DeclaredTopology.parse(pipeline.manifest())).isEqualTo(declared);
    }

    /** What an older Millrace recorded says nothing of repartitions but the topics that are written. */
    @Test
    void anOlderRecordIsGoneOnWith() {
        start(grouped("by", Optional.empty()));
        String older = recorded.orElseThrow().toText().replaceAll("repartition\\..*\n", "");
        recorded = Optional.of(TopologyManifest.parse(older));
        assertThat(plan(grouped("by", Optional.empty())).isRefused()).isFalse();
        assertThat(plan(grouped("of", Optional.empty())).isRefused()).isTrue();
    }
}
