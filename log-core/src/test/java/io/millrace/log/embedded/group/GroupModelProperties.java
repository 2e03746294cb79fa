package io.millrace.log.embedded.group;

import io.millrace.log.assignment.Assignor;
import io.millrace.log.embedded.group.GroupModel.Kind;
import io.millrace.log.embedded.group.GroupModel.Step;
import io.millrace.platform.sim.CrashMode;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/**
 * Members of two groups, topics, time, transactions, crashes and a person who resets and deletes, in any order; what has to hold is in
 * {@link GroupModel}.
 */
class GroupModelProperties {
    /** Two who share orders and credits, one who takes what there is, and another group: most of what matters needs somebody. */
    private static final List<Step> FIRST = List.of(
            new Step(Kind.OPEN, 0, 6),
            new Step(Kind.OPEN, 1, 5),
            new Step(Kind.OPEN, 2, 14),
            new Step(Kind.OPEN, 5, 14),
            new Step(Kind.SETTLE, 0, 0));

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.frequency(
                                        Tuple.of(14, Kind.OPEN),
                                        Tuple.of(22, Kind.POLL),
                                        Tuple.of(2, Kind.CLOSE),
                                        Tuple.of(2, Kind.LEAVE),
                                        Tuple.of(2, Kind.SUBSCRIBE),
                                        Tuple.of(2, Kind.CREATE_TOPIC),
                                        Tuple.of(1, Kind.DELETE_TOPIC),
                                        Tuple.of(1, Kind.ADD_PARTITIONS),
                                        Tuple.of(3, Kind.PASS_TIME),
                                        Tuple.of(8, Kind.COMMIT),
                                        Tuple.of(4, Kind.COMMIT_WITH_FORMER),
                                        Tuple.of(8, Kind.PENDING),
                                        Tuple.of(5, Kind.END_TRANSACTION),
                                        Tuple.of(2, Kind.RESET),
                                        Tuple.of(2, Kind.DELETE_GROUP),
                                        Tuple.of(2, Kind.SETTLE),
                                        Tuple.of(1, Kind.REOPEN),
                                        Tuple.of(1, Kind.CRASH))
                                .withoutEdgeCases(),
                        Arbitraries.integers()
                                .between(0, GroupModel.SLOTS - 1)
                                .withDistribution(RandomDistribution.uniform()),
                        Arbitraries.integers().between(0, 63).withDistribution(RandomDistribution.uniform()))
                .as(Step::new)
                .list()
                .withSizeDistribution(RandomDistribution.uniform())
                .ofMinSize(10)
                .ofMaxSize(100);
    }

    @Property(tries = 200)
    void whateverHappensToGroupsTheirInvariantsHold(
            @ForAll("steps") List<Step> steps, @ForAll Assignor assignor, @ForAll CrashMode mode) {
        GroupModel model = new GroupModel(assignor, mode);
        FIRST.forEach(model::take);
        for (Step step : steps) {
            model.take(step);
            model.check();
        }
        model.settle();
        model.check();
    }
}
