package io.millrace.dsl;

import io.millrace.dsl.streamjoin.Candidate;
import io.millrace.dsl.streamjoin.Unmatched;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.RecordBufferSpec;
import io.millrace.state.time.TimerSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Steps that keep records of streams until they meet. */
public sealed interface JoinStep extends Step {
    /** Where records of the left stream go that come too late to meet any. */
    Output<Object, Object> LATE_LEFT = Output.named("late-left");

    /** Those of the right one. */
    Output<Object, Object> LATE_RIGHT = Output.named("late-right");

    @Override
    default <R> R accept(Step.Visitor<R> visitor) {
        return visitor.join(this);
    }

    /** {@link Step#accept} among the family. */
    <R> R visit(Visitor<R> visitor);

    /** One method for each kind. */
    interface Visitor<R> {
        R streams(OfStreams step);
    }

    /**
     * What a join keeps.
     *
     * @param right the same as {@code left} where one store has the records of both, which are the same
     * @param unmatched those that are told of alone if they meet none, by the time of their close; none if there are no such ones
     */
    record Stores(
            RecordBufferSpec<Object, Candidate> left,
            RecordBufferSpec<Object, Candidate> right,
            Optional<TimerSpec<Unmatched>> unmatched) {}

    /** Records of two streams that happened at about the same time. */
    record OfStreams(
            int id,
            int left,
            int right,
            JoinKind kind,
            JoinWindows windows,
            Joiner<Object, Object, Object, Object> joiner,
            String name,
            Stores kept)
            implements JoinStep {
        @Override
        public List<Integer> inputs() {
            return List.of(left, right);
        }

        @Override
        public List<StoreSpec<?>> stores() {
            Set<StoreSpec<?>> stores = new LinkedHashSet<>(List.of(kept.left));
            stores.add(kept.right);
            kept.unmatched.ifPresent(stores::add);
            return new ArrayList<>(stores);
        }

        @Override
        public String label() {
            return kind.label() + " " + name;
        }

        @Override
        public String details() {
            String distance = windows.before().equals(windows.after())
                    ? StepDetails.time(windows.before().toMillis()) + " apart"
                    : StepDetails.time(windows.before().toMillis()) + " before to "
                            + StepDetails.time(windows.after().toMillis()) + " after";
            return new StepDetails()
                    .add(distance)
                    .addUnlessZero("grace", windows.grace().toMillis())
                    .text();
        }

        @Override
        public <R> R visit(Visitor<R> visitor) {
            return visitor.streams(this);
        }
    }
}
