package io.millrace.cli.state;

import io.millrace.cli.command.UnusableException;
import io.millrace.cli.state.Verdict.Outcome;
import io.millrace.log.LogException;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.state.StateException;
import io.millrace.state.StoredPartition;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares the partitions of one store: those that have a position, and those that have entries without one, whether there is a changelog of
 * them or not. What is damaged, in the state or in a changelog, keeps no other partition from its verdict. Owned by one thread.
 */
final class StoreCheck {
    private final States.Found found;
    private final List<Integer> chosen;
    private final Consumer<Difference> differences;
    private final Consumer<String> complaints;

    /** Takes the verdict on a partition. @param position empty if it has none */
    @FunctionalInterface
    interface Visitor {
        void verdict(int partition, OptionalLong position, Verdict verdict);
    }

    /**
     * @param chosen the partitions that are meant; all if it is empty
     * @param complaints told why something could not be read
     */
    StoreCheck(
            States.Found found, List<Integer> chosen, Consumer<Difference> differences, Consumer<String> complaints) {
        this.found = found;
        this.chosen = chosen;
        this.differences = differences;
        this.complaints = complaints;
    }

    /** @throws UnusableException if a chosen partition is not there, or it cannot be told whose the state is */
    void run(PartitionCheck.Context context, Visitor visitor) {
        TopicDescription changelog = changelog(context);
        partitions()
                .forEach((partition, stored) -> visitor.verdict(
                        partition,
                        stored.isPresent() ? OptionalLong.of(stored.get().position()) : OptionalLong.empty(),
                        stored.isPresent()
                                ? verdict(stored.get(), changelog, context)
                                : Verdict.without(Outcome.NO_POSITION)));
    }

    private Verdict verdict(
            StoredPartition stored, @Nullable TopicDescription changelog, PartitionCheck.Context context) {
        if (changelog == null || stored.partition() >= changelog.partitions()) {
            return Verdict.without(Outcome.NO_CHANGELOG);
        }
        TopicPartition source = new TopicPartition(changelog.name(), stored.partition());
        try {
            return new PartitionCheck(context, found, stored, source, differences).run();
        } catch (StateException e) {
            if (e.kind() != StateException.Kind.CORRUPT && e.kind() != StateException.Kind.IO) {
                throw e;
            }
            complaints.accept(place(stored.partition()) + ": " + e.getMessage());
            return Verdict.without(Outcome.DAMAGED);
        } catch (LogException e) {
            complaints.accept(place(stored.partition()) + ": " + e.getMessage());
            return Verdict.without(Outcome.LOG_UNREADABLE);
        }
    }

    /** By partition, what is written of its position. */
    private SortedMap<Integer, Optional<StoredPartition>> partitions() {
        SortedMap<Integer, Optional<StoredPartition>> all = new TreeMap<>();
        for (int partition : withEntries()) {
            all.put(partition, Optional.empty());
        }
        found.state().partitions(found.store()).forEach(stored -> all.put(stored.partition(), Optional.of(stored)));
        if (chosen.isEmpty()) {
            return all;
        }
        found.checkChosen(chosen, List.copyOf(all.keySet()));
        all.keySet().retainAll(chosen);
        return all;
    }

    private List<Integer> withEntries() {
        try {
            return found.state().rocks().partitionsWithEntries(found.store());
        } catch (StateException e) {
            // Those that have a position are known elsewhere, and one of them is told to be damaged.
            complaints.accept("Store " + found.store() + ": whether it has entries without a position cannot be told. "
                    + e.getMessage());
            return List.of();
        }
    }

    /** Null if there is none. */
    private @Nullable TopicDescription changelog(PartitionCheck.Context context) {
        List<String> applications = found.state().applications();
        if (applications.size() > 1 && !found.isGlobal()) {
            throw new UnusableException("The state in " + found.state().directory() + " may be that of any of "
                    + applications + ", by the changelogs that there are. Choose one with --application.");
        }
        return found.changelog(context.log().admin()).orElse(null);
    }

    private String place(int partition) {
        return "Store " + found.store() + ", partition " + partition;
    }
}
