package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.platform.Storage;
import io.millrace.platform.World;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The log's own id, in the file {@code log-id}, written before anything else. Stateless. */
final class LogIdentity {
    private static final String FILE = "log-id";
    private static final String KIND = "millrace-log 1";

    private LogIdentity() {}

    /** True if there is a log in this storage, be it a damaged one. */
    static boolean isIn(Storage storage) {
        return storage.exists(FILE) || TopicCatalogue.isIn(storage);
    }

    /** The id of the log in this storage. @throws LogException with STOP if there is no log */
    static String read(Storage storage) {
        return find(storage)
                .orElseThrow(() -> new LogException(
                        Disposition.STOP,
                        storage.describe() + " holds no log: there is no file " + FILE
                                + " in it. Name the directory in which a log is"));
    }

    private static Optional<String> find(Storage storage) {
        Optional<List<String>> lines = MetaFile.read(storage, FILE, KIND);
        if (lines.isPresent() && lines.get().size() != 1) {
            throw MetaFile.damaged(storage, FILE, "it holds " + lines.get().size() + " ids");
        }
        if (lines.isEmpty() && TopicCatalogue.isIn(storage)) {
            throw new LogException(
                    Disposition.STOP,
                    storage.describe() + " holds topics but not the file " + FILE
                            + ": restore it from a copy of the directory, or give the log an empty one");
        }
        return lines.map(ids -> ids.get(0));
    }

    /** The id of the log in this storage, which becomes one if it is empty. */
    static String readOrCreate(World world) {
        Storage storage = world.storage();
        Optional<String> present = find(storage);
        if (present.isPresent()) {
            return present.get();
        }
        HexFormat hex = HexFormat.of();
        String id = hex.toHexDigits(world.random().nextLong())
                + hex.toHexDigits(world.random().nextLong());
        MetaFile.write(storage, FILE, KIND, List.of(id));
        return id;
    }
}
