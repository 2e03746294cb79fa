package io.millrace.log.embedded;

import io.millrace.platform.Storage;
import java.util.List;

/**
 * Hands out producer ids (E4), in blocks: the end of a block is durable before the first id of it is given away, so what a crash costs is
 * the rest of a block. Safe for use by several threads.
 */
final class ProducerIds {
    private static final String FILE = "producer-ids";
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

    static ProducerIds open(Storage storage) {
        List<String> lines = MetaFile.read(storage, FILE, KIND).orElse(List.of("0"));
        try {
            return new ProducerIds(storage, Long.parseLong(lines.get(0)));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw MetaFile.damaged(storage, FILE, "it holds no number (" + e.getMessage() + ")");
        }
    }

    synchronized long next() {
        if (next == endOfBlock) {
            long end = Math.addExact(endOfBlock, BLOCK);
            MetaFile.write(storage, FILE, KIND, List.of(Long.toString(end)));
            endOfBlock = end;
        }
        return next++;
    }
}
