package io.millrace.cli.state;

import io.millrace.cli.command.StopSignal;
import io.millrace.serde.BytesView;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.StateBackend;
import io.millrace.state.time.StoredEntry;
import java.util.Optional;
import java.util.function.Predicate;

/** Prints entries of one partition of a store, in the order in which they lie there. Owned by one thread. */
final class EntryScan {
    private final States.Found found;
    private final int partition;
    private final EntryPrinter printer;
    private final StopSignal stop;

    EntryScan(States.Found found, int partition, EntryPrinter printer, StopSignal stop) {
        this.found = found;
        this.partition = partition;
        this.printer = printer;
        this.stop = stop;
    }

    /** @return how many there were */
    long ofKey(BytesView key) {
        return run(KeyRange.all(), key::equals, ScanDirection.FORWARD, Long.MAX_VALUE);
    }

    /**
     * Prints what there is.
     *
     * @param range of the keys as they lie there
     * @param isWanted of the user's keys
     * @return how many there were, {@code most} at the most
     */
    long run(KeyRange range, Predicate<BytesView> isWanted, ScanDirection direction, long most) {
        long[] count = {0};
        if (most <= 0) {
            return 0;
        }
        try (StateBackend.Reader reader = found.state().rocks().newReader(partition)) {
            reader.scan(found.state().rocks().number(found.store()), range, direction, (key, value) -> {
                Optional<StoredEntry> entry = printer.read(key, value);
                if (entry.isPresent() && isWanted.test(entry.get().key())) {
                    printer.print(partition, entry.get());
                    count[0]++;
                }
                return count[0] < most && !stop.isRequested();
            });
        }
        return count[0];
    }
}
