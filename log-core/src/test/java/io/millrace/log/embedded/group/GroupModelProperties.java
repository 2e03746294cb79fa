package io.millrace.log.embedded.group;

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
import net.jqwik.api.Tuple;

/**
 * Members of two groups, topics, time, transactions, crashes and a person who resets and deletes, in any order; what has to hold is in
 * {@link GroupModel}.
 */
class GroupModelProperties {
    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(8, Kind.OPEN),
                                Tuple.of(16, Kind.POLL),
                                Tuple.of(2, Kind.CLOSE),
                                Tuple.of(2, Kind.LEAVE),
                                Tuple.of(3, Kind.SUBSCRIBE),
                                Tuple.of(3, Kind.CREATE_TOPIC),
                                Tuple.of(2, Kind.DELETE_TOPIC),
                                Tuple.of(2, Kind.ADD_PARTITIONS),
                                Tuple.of(3, Kind.PASS_TIME),
                                Tuple.of(6, Kind.COMMIT),
                                Tuple.of(4, Kind.COMMIT_WITH_FORMER),
                                Tuple.of(4, Kind.PENDING),
                                Tuple.of(3, Kind.END_TRANSACTION),
                                Tuple.of(2, Kind.RESET),
                                Tuple.of(2, Kind.DELETE_GROUP),
                                Tuple.of(2, Kind.SETTLE),
                                Tuple.of(1, Kind.REOPEN),
                                Tuple.of(1, Kind.CRASH)),
                        Arbitraries.integers().between(0, GroupModel.SLOTS - 1),
                        Arbitraries.integers().between(0, 63))
                .as(Step::new)
                .list()
                .ofMinSize(4)
                .ofMaxSize(80);
    }

    @Property(tries = 400)
    void whateverHappensToGroupsTheirInvariantsHold(
            @ForAll("steps") List<Step> steps, @ForAll Assignor assignor, @ForAll CrashMode mode) {
        GroupModel model = new GroupModel(assignor, mode);
        for (Step step : steps) {
            model.take(step);
            model.check();
        }
        model.settle();
        model.check();
    }
}
