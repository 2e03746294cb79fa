package io.millrace.log.embedded;

import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.producer.ProducerSnapshots;
import io.millrace.log.embedded.recovery.Damage;
import io.millrace.log.embedded.segment.BatchScanner;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import io.millrace.platform.World;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * Repairs the files in a log's root directory. Owned by one thread; nobody has the log open. The clean-shutdown marker is none of them: an
 * opening does without it.
 */
final class DirectoryRepair {
    /** Far more than were ever given away without a trace in the log: the ids of one block, and of producers that retention forgot. */
    private static final long ID_GAP = 1L << 40;

    private static final int INDEX_INTERVAL_BYTES = 4096;

    private final World world;
    private final Storage storage;
    private final boolean identityDamaged;
    private final boolean topicsDamaged;
    private final boolean producerIdsDamaged;
    private final TopicCatalogue catalogue;

    DirectoryRepair(World world) {
        this.world = world;
        this.storage = world.storage();
        identityDamaged = !LogIdentity.isSound(storage);
        topicsDamaged = !TopicCatalogue.isSound(world);
        producerIdsDamaged = !ProducerIds.isSound(storage);
        catalogue = topicsDamaged ? TopicCatalogue.salvage(world) : TopicCatalogue.open(world);
    }

    /** The topics that there are, or that a repair would find. */
    TopicCatalogue catalogue() {
        return catalogue;
    }

    List<Damage> plan() {
        List<Damage> damages = new ArrayList<>();
        if (identityDamaged) {
            damages.add(Damage.of(
                    LogIdentity.FILE,
                    "it is not what was written, or gone",
                    "the id that still stands in it is kept, otherwise there is a new one; if it is another than before, state that belongs"
                            + " to this log is refused and has to be built again from its changelogs"));
        }
        if (topicsDamaged) {
            String topics = catalogue.all().stream().map(DirectoryRepair::shown).collect(Collectors.joining(", "));
            damages.add(Damage.of(
                    TopicCatalogue.FILE,
                    "it is not what was written, or gone",
                    "it is written anew from the directories and from those of its lines that make sense; no retention is set, so that nothing"
                            + " is deleted by a setting that may be wrong. Look at the others afterwards ('millrace topics describe'). The topics"
                            + " are "
                            + (topics.isEmpty() ? "none" : topics)));
        }
        if (producerIdsDamaged) {
            damages.add(Damage.of(
                    ProducerIds.FILE,
                    "it is not what was written, or gone",
                    "ids are given away far behind the highest one in the log; nothing is lost"));
        }
        return damages;
    }

    private static String shown(TopicDescription topic) {
        return topic.name() + " (" + topic.partitions() + (topic.partitions() == 1 ? " partition)" : " partitions)");
    }

    /**
     * The directories that hold records and whose topic does not exist: nobody can read these. No repair touches them, for a person has to say
     * what they are. The catalogue is read behind the directories, which are looked for again behind it, since an owner may create and delete
     * topics meanwhile: neither a new topic's directory counts, nor that of one whose deletion is not at its end.
     */
    static List<Damage> unknown(World world) {
        Storage storage = world.storage();
        SortedSet<String> found = TopicDirectories.unknown(storage, Set.of());
        found.retainAll(TopicDirectories.unknown(storage, new DirectoryRepair(world).catalogue.knownPartitions()));
        return found.stream()
                .map(directory -> Damage.of(
                        directory,
                        "it holds records, and no topic of this log knows it",
                        "it is left as it is; " + TopicDirectories.adviceOnUnknown(directory)))
                .toList();
    }

    /** Does what the plan says. May be interrupted anywhere and repeated. @param aside a directory for the files that are damaged */
    void apply(String aside) {
        if (identityDamaged) {
            setAside(LogIdentity.FILE, aside);
            LogIdentity.repair(world);
        }
        // Before the topics: a log with topics and without this file is damaged, one without both is a new one.
        if (producerIdsDamaged) {
            setAside(ProducerIds.FILE, aside);
            ProducerIds.write(storage, highestProducerId() + ID_GAP);
        }
        if (topicsDamaged) {
            setAside(TopicCatalogue.FILE, aside);
            catalogue.partitions().forEach(partition -> storage.createDirectories(partition.toString()));
            catalogue.save();
        }
    }

    /** A copy: what can be told from the file is still to be told if this is interrupted. */
    private void setAside(String file, String aside) {
        if (storage.exists(file)) {
            storage.createDirectories(aside);
            LogFiles.write(storage, aside + '/' + file, LogFiles.read(storage, file), true);
            storage.syncDirectory(aside);
            storage.syncDirectory("");
        }
    }

    private long highestProducerId() {
        long highest = 0;
        for (TopicPartition topicPartition : partitions()) {
            SegmentDirectory directory = directoryOf(storage, topicPartition);
            highest = Math.max(highest, new ProducerSnapshots(directory).highestProducerId());
            for (String name : storage.list(directory.path())) {
                OptionalLong baseOffset = LogFiles.offsetOf(name, LogFiles.LOG);
                if (baseOffset.isPresent()) {
                    highest = Math.max(highest, highestIn(directory, baseOffset.getAsLong()));
                }
            }
        }
        return highest;
    }

    private static long highestIn(SegmentDirectory directory, long baseOffset) {
        long highest = 0;
        try (Segment segment = Segment.openForRebuild(directory, baseOffset)) {
            BatchScanner scanner = new BatchScanner(segment, 0, segment.fileSizeBytes());
            while (scanner.next()) {
                highest = Math.max(highest, scanner.batch().producerId());
            }
        }
        return highest;
    }

    SortedSet<TopicPartition> partitions() {
        return catalogue.partitions();
    }

    static SegmentDirectory directoryOf(Storage storage, TopicPartition topicPartition) {
        return new SegmentDirectory(storage, topicPartition.toString(), topicPartition, INDEX_INTERVAL_BYTES, "");
    }
}
