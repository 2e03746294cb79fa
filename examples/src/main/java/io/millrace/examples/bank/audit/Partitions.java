package io.millrace.examples.bank.audit;

import io.millrace.log.Partitioner;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;

/** All partitions of a topic, each read forward on its own. Owned by one thread. */
final class Partitions implements AutoCloseable {
    private final History.Records[] records;
    private final BytesWriter key = new BytesWriter(Long.BYTES);
    private final BytesView keyView = new BytesView();

    private Partitions(int count) {
        records = new History.Records[count];
    }

    static Partitions open(History history, String topic) {
        Partitions partitions = new Partitions(history.partitions(topic));
        for (int p = 0; p < partitions.records.length; p++) {
            partitions.records[p] = history.open(topic, p);
        }
        return partitions;
    }

    int count() {
        return records.length;
    }

    History.Records get(int partition) {
        return records[partition];
    }

    /** The partition to which an account belongs. */
    int partitionOf(long account) {
        return Partitioner.partitionOf(key.clear().putLong(account).viewInto(keyView), records.length);
    }

    History.Records of(long account) {
        return records[partitionOf(account)];
    }

    /** Reads everything that is left. @return how many records that was */
    long countRest() {
        long rest = 0;
        for (History.Records partition : records) {
            while (partition.next()) {
                rest++;
            }
        }
        return rest;
    }

    @Override
    public void close() {
        for (History.Records partition : records) {
            partition.close();
        }
    }
}
