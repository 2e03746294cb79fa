package io.millrace.log.embedded;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.platform.Storage;
import io.millrace.platform.World;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The log's own id, in the file {@code log-id}, written before anything else. Stateless. */
final class LogIdentity {
    static final String FILE = "log-id";

    static final String KIND = "millrace-log 1";

    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    private LogIdentity() {}

    /** True if there is a log in this storage, be it a damaged one. */
    static boolean isIn(Storage storage) {
        return storage.exists(FILE) || TopicCatalogue.isIn(storage) || TopicDirectories.hold(storage);
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
        if (lines.isEmpty() && TopicCatalogue.isIn(storage)) {
            throw MetaFile.damaged(storage, FILE, "it is gone, though there are topics");
        }
        if (lines.isPresent() && onlyId(lines.get()).isEmpty()) {
            throw MetaFile.damaged(storage, FILE, "it holds no id, or several");
        }
        return lines.flatMap(LogIdentity::onlyId);
    }

    /** The id of the log in this storage, which becomes one if it is empty. */
    static String readOrCreate(World world) {
        return find(world.storage()).orElseGet(() -> create(world));
    }

    private static String create(World world) {
        HexFormat hex = HexFormat.of();
        String id = hex.toHexDigits(world.random().nextLong())
                + hex.toHexDigits(world.random().nextLong());
        MetaFile.write(world.storage(), FILE, KIND, List.of(id));
        return id;
    }

    private static Optional<String> onlyId(List<String> lines) {
        return lines.size() == 1 && !lines.get(0).isBlank() ? Optional.of(lines.get(0)) : Optional.empty();
    }

    /** True if the file is there and can be used. */
    static boolean isSound(Storage storage) {
        try {
            return MetaFile.read(storage, FILE, KIND)
                    .flatMap(LogIdentity::onlyId)
                    .isPresent();
        } catch (CorruptionException damaged) {
            return false;
        }
    }

    /**
     * Writes a damaged file anew, with the id that still stands in it, if one does. Whether it is the right one is found by those who remember
     * it: a wrong one is as good as a new one.
     */
    static void repair(World world) {
        Optional<String> id = onlyId(MetaFile.salvage(world.storage(), FILE))
                .filter(found -> ID.matcher(found).matches());
        if (id.isPresent()) {
            MetaFile.write(world.storage(), FILE, KIND, List.of(id.get()));
        } else {
            create(world);
        }
    }
}
