package io.millrace.transactions.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Durability;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A log with everything in it, as files to be damaged, and what its readers have to see. */
final class SweptLog {
    static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    static final TopicPartition ACCOUNTS = new TopicPartition("accounts", 0);
    static final TopicPartition AGED = new TopicPartition("aged", 0);
    static final List<TopicPartition> ALL = List.of(ORDERS, ACCOUNTS, AGED);

    static final EmbeddedLogConfig CONFIG =
            EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS).withInternalSegmentBytes(900);

    private static final GroupMetadata GROUP = new GroupMetadata("readers", "", -1);

    /** A record as a reader meets it; the offset of the group is one at offset −1. */
    record Seen(long offset, String value) {}

    /** What one reader got, and what it was told when it got no further. */
    record Reading(List<Seen> records, Optional<String> complaint) {}

    private SweptLog() {}

    /** The files of a log with aborted and open transactions, several segments, compaction, retention and a group. */
    static Map<String, byte[]> files(boolean clean) {
        SimulatedWorld world = new SimulatedWorld(7);
        EmbeddedLog log = EmbeddedLog.open(world.world(), CONFIG);
        log.admin().createTopic("orders", 1, TopicSettings.defaults().withSegmentBytes(600));
        log.admin()
                .createTopic(
                        "accounts",
                        1,
                        TopicSettings.compacted()
                                .withSegmentBytes(500)
                                .withCompaction(
                                        TopicSettings.Compaction.defaults().withMinDirtyRatio(0)));
        log.admin()
                .createTopic(
                        "aged",
                        1,
                        TopicSettings.defaults().withSegmentBytes(300).withRetentionBytes(Optional.of(500L)));
        for (int i = 0; i < 9; i++) {
            transact(log, i);
        }
        world.runFor(Duration.ofMinutes(20));
        transact(log, 9);
        if (clean) {
            log.close();
            return copy(world.storage());
        }
        world.runFor(CONFIG.checkpointInterval().multipliedBy(3));
        return copy(world.restart(CrashMode.POWER).storage());
    }

    private static void transact(EmbeddedLog log, int number) {
        try (TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of("writer"));
                LogProducer other = log.producer()) {
            producer.begin();
            for (TopicPartition partition : ALL) {
                send(producer, partition, number, "first");
                other.send(partition, 1, key(number % 3), value(partition, number, "plain"), List.of());
                send(producer, partition, number, "second");
            }
            producer.sendOffsets(Map.of(ORDERS, (long) number), GROUP);
            if (number % 3 == 1) {
                producer.abort();
            } else {
                producer.commit();
            }
        }
    }

    private static void send(TransactionalProducer producer, TopicPartition partition, int number, String what) {
        producer.send(partition, 1, key(number % 4), value(partition, number, what), List.of());
        producer.flush();
    }

    private static BytesView key(int number) {
        return BytesView.ofUtf8("key-" + number);
    }

    private static BytesView value(TopicPartition partition, int number, String what) {
        return BytesView.ofUtf8(partition + " " + number + ' ' + what);
    }

    static SimulatedWorld worldWith(Map<String, byte[]> files) {
        SimulatedWorld world = new SimulatedWorld(1);
        Storage storage = world.storage();
        files.forEach((path, bytes) -> {
            int slash = path.lastIndexOf('/');
            if (slash > 0) {
                storage.createDirectories(path.substring(0, slash));
            }
            try (StorageFile file = storage.open(path, OpenMode.CREATE_NEW)) {
                file.append(ByteBuffer.wrap(bytes));
            }
        });
        return world;
    }

    private static Map<String, byte[]> copy(Storage storage) {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : storage.list("")) {
            if (storage.isDirectory(name)) {
                storage.list(name).forEach(file -> files.put(name + '/' + file, read(storage, name + '/' + file)));
            } else {
                files.put(name, read(storage, name));
            }
        }
        return files;
    }

    private static byte[] read(Storage storage, String path) {
        try (StorageFile file = storage.open(path, OpenMode.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
            file.readAt(0, bytes);
            return bytes.array();
        }
    }

    /** Opens the log and reads all of it; what fails otherwise than with a complaint fails the test. */
    static Map<TopicPartition, Reading> readAll(SimulatedWorld world) {
        Map<TopicPartition, Reading> result = new TreeMap<>();
        try (EmbeddedLog log = EmbeddedLog.open(world.world(), CONFIG)) {
            for (TopicPartition partition : ALL) {
                result.put(partition, readPartition(log, partition));
            }
        } catch (LogException complaint) {
            for (TopicPartition partition : ALL) {
                result.putIfAbsent(partition, new Reading(List.of(), Optional.of(complaint.getMessage())));
            }
        }
        return result;
    }

    private static Reading readPartition(EmbeddedLog log, TopicPartition partition) {
        List<Seen> seen = new ArrayList<>();
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone().withIsolation(Isolation.READ_COMMITTED))) {
            long end = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
            consumer.assign(Set.of(partition));
            consumer.seek(partition, log.admin().logStartOffset(partition));
            while (consumer.position(partition) < end) {
                for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                    while (cursor.next()) {
                        BytesView value = cursor.record().value();
                        seen.add(new Seen(cursor.record().offset(), value == null ? "none" : value.toUtf8()));
                    }
                }
            }
            return new Reading(seen, Optional.empty());
        } catch (LogException complaint) {
            return new Reading(seen, Optional.of(complaint.getMessage()));
        }
    }

    static long committed(SimulatedWorld world) {
        try (EmbeddedLog log = EmbeddedLog.open(world.world(), CONFIG)) {
            return log.admin().committedOffsets("readers").getOrDefault(ORDERS, -1L);
        }
    }
}
