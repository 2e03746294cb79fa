package io.millrace.log.embedded;

import io.millrace.log.CorruptionException;
import io.millrace.platform.Storage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Hands out producer ids (E4), in blocks: the end of a block is durable before the first id of it is given away, so what a crash costs is
 * the rest of a block. Safe for use by several threads.
 */
final class ProducerIds {
    static final String FILE = "producer-ids";

    private static final String KIND = "millrace-producer-ids 1";
    private static final int BLOCK = 1000;

    private final Storage storage;
    private long next;
    private long endOfBlock;

    private ProducerIds(Storage storage, long next) {
        this.storage = storage;
        this.next = next;
        this.endOfBlock = next;
    }

    /** The file is there from a log's beginning on: one that is gone would let numbers be given away twice. */
    static ProducerIds open(Storage storage) {
        Optional<List<String>> lines = MetaFile.read(storage, FILE, KIND);
        if (lines.isEmpty()) {
            if (TopicCatalogue.isIn(storage)) {
                throw MetaFile.damaged(storage, FILE, "it is gone, and with it which producer ids are in use");
            }
            write(storage, 0);
            return new ProducerIds(storage, 0);
        }
        OptionalLong next = parse(lines.get());
        if (next.isEmpty()) {
            throw MetaFile.damaged(storage, FILE, "it holds no number");
        }
        return new ProducerIds(storage, next.getAsLong());
    }

    private static OptionalLong parse(List<String> lines) {
        try {
            long next = lines.size() == 1 ? Long.parseLong(lines.get(0)) : -1;
            return next < 0 ? OptionalLong.empty() : OptionalLong.of(next);
        } catch (NumberFormatException noNumber) {
            return OptionalLong.empty();
        }
    }

    /** Replaces the file: ids are given away from {@code next} on. */
    static void write(Storage storage, long next) {
        MetaFile.write(storage, FILE, KIND, List.of(Long.toString(next)));
    }

    /** True if the file is there and can be used. */
    static boolean isSound(Storage storage) {
        try {
            return MetaFile.read(storage, FILE, KIND)
                    .map(ProducerIds::parse)
                    .orElse(OptionalLong.empty())
                    .isPresent();
        } catch (CorruptionException damaged) {
            return false;
        }
    }

    synchronized long next() {
        if (next == endOfBlock) {
            long end = Math.addExact(endOfBlock, BLOCK);
            write(storage, end);
            endOfBlock = end;
        }
        return next++;
    }
}
