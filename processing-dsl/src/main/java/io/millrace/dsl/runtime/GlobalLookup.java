package io.millrace.dsl.runtime;

import io.millrace.dsl.operator.GlobalRows;
import io.millrace.log.Partitioner;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateView;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Looks into a global table, through views of its partitions that are opened again when something has changed: what the loop has committed is met by the
 * next look-up. Owned by the task's thread. A look-up takes no lock that anybody holds for long, and allocates the value alone.
 *
 * <p>A key is looked for where Kafka's partitioner puts it, and then in the other partitions: what writes the topic may go by another one.
 */
final class GlobalLookup implements GlobalRows {
    private static final long NOT_OPEN = -1;

    private final GlobalTables.Rows rows;
    private final StateDatabase database;
    private final @Nullable StateView[] views;
    private final long[] versions;
    private final BytesWriter keyWriter = new BytesWriter();
    private final BytesWriter scratch = new BytesWriter();
    private final BytesView key = new BytesView();
    private final BytesView value = new BytesView();
    private long version = NOT_OPEN;

    GlobalLookup(GlobalTables.Rows rows, StateDatabase database) {
        this.rows = rows;
        this.database = database;
        this.views = new StateView[rows.partitions()];
        this.versions = new long[rows.partitions()];
        Arrays.fill(versions, NOT_OPEN);
    }

    /** @throws io.millrace.state.StateException of kind NOT_HERE while the table is built anew */
    @Override
    public @Nullable Object find(Object wanted) {
        // First the table's: whatever it stands for, the partitions' are as new.
        long present = rows.version();
        if (present != version) {
            renew();
            version = present;
        }
        rows.spec().keySerde().write(wanted, keyWriter.clear());
        keyWriter.viewInto(key);
        int home = Partitioner.partitionOf(key, views.length);
        if (isIn(home)) {
            return rows.spec().valueSerde().read(value);
        }
        for (int partition = 0; partition < views.length; partition++) {
            if (partition != home && isIn(partition)) {
                return rows.spec().valueSerde().read(value);
            }
        }
        return null;
    }

    private boolean isIn(int partition) {
        StateView view = views[partition];
        if (view == null) {
            throw new IllegalStateException("Partition " + partition + " of global table '"
                    + rows.spec().name() + "' has no view");
        }
        return view.read(rows.spec().name(), key, scratch, value);
    }

    private void renew() {
        for (int partition = 0; partition < views.length; partition++) {
            long present = rows.version(partition);
            if (present != versions[partition]) {
                close(partition);
                views[partition] = database.view(partition, rows.spec().name());
                versions[partition] = present;
            }
        }
    }

    /** Gives the views up: an open one keeps what it reads. The next look-up opens others. */
    void release() {
        version = NOT_OPEN;
        for (int partition = 0; partition < views.length; partition++) {
            close(partition);
        }
    }

    private void close(int partition) {
        StateView view = views[partition];
        views[partition] = null;
        versions[partition] = NOT_OPEN;
        if (view != null) {
            view.close();
        }
    }
}
