package io.millrace.state.rocksdb;

import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns RocksDB's errors into ours; the only place that reads their texts. */
final class RocksErrors {
    private static final String FULL = "the disk is full; make room. Nothing is lost";

    private RocksErrors() {}

    static StateException translate(String doing, String directory, RocksDBException failure) {
        Kind kind = kindOf(failure);
        String advice = switch (kind) {
            case LOCKED -> "another process, or another part of this one, has it open; stop that one first";
            case NO_SPACE -> FULL;
            case CORRUPT ->
                "its bytes are not what was written; restore the directory, or move it away to have it rebuilt from the log";
            default ->
                "see to the directory and its device, then start again; what was not written is replayed from the log";
        };
        return new StateException(
                kind,
                kind == Kind.NO_SPACE
                        ? fullDisk(doing, directory)
                        : "Cannot " + doing + " state in " + directory + ": " + advice + " (" + failure.getMessage()
                                + ")",
                failure);
    }

    /** The same words each time, so that who has read them once need not read them again. */
    static String fullDisk(String doing, String directory) {
        return "Cannot " + doing + " state in " + directory + ": " + FULL;
    }

    static boolean isFullDisk(RocksDBException failure) {
        return kindOf(failure) == Kind.NO_SPACE;
    }

    /** Of a directory that another process may own, which this one has not locked and does not change. */
    static StateException translateReading(String directory, RocksDBException failure) {
        boolean isMissing = String.valueOf(failure.getMessage()).contains("No such file");
        Kind kind = isMissing ? Kind.CORRUPT : kindOf(failure);
        String advice = kind == Kind.CORRUPT
                ? (isMissing ? "a file of it is missing" : "its bytes are not what was written")
                        + "; restore the directory, or move it away to have the state rebuilt from the log"
                : "see that this process may read it, then run this again";
        return new StateException(
                kind, "Cannot read state in " + directory + ": " + advice + " (" + failure.getMessage() + ")", failure);
    }

    /** Of a snapshot that could not be made; what it was to be of is not touched by that. */
    static StateException translateSnapshot(String target, String directory, RocksDBException failure) {
        String message = String.valueOf(failure.getMessage());
        Kind kind = kindOf(failure);
        String advice;
        if (kind == Kind.NO_SPACE) {
            advice =
                    "the disk is full; make room, or choose a directory on the same file system, where it takes hardly any";
        } else if (message.contains("Directory exists")) {
            advice = "there is something already; choose a directory that does not exist";
        } else if (message.contains("No such file")) {
            advice = "the directory in which it is to be is not there; make that first";
        } else {
            advice = "see to both directories and their devices";
        }
        return new StateException(
                kind,
                "Cannot make a snapshot in " + target + " of the state in " + directory + ": " + advice + " (" + message
                        + ")",
                failure);
    }

    private static Kind kindOf(RocksDBException failure) {
        Status status = failure.getStatus();
        String message = String.valueOf(failure.getMessage());
        // Before the lock: that file, too, may find no room.
        if (message.contains("No space left")
                || message.contains("quota exceeded")
                || (status != null && status.getSubCode() == Status.SubCode.NoSpace)) {
            return Kind.NO_SPACE;
        }
        if (message.contains("While lock file") || message.contains("lock hold by current process")) {
            return Kind.LOCKED;
        }
        boolean isDamaged = status != null && status.getCode() == Status.Code.Corruption;
        return isDamaged || isIncomplete(message) ? Kind.CORRUPT : Kind.IO;
    }

    /** What RocksDB says of a database whose files are not all there. */
    private static boolean isIncomplete(String message) {
        return message.contains("does not exist (create_if_missing is false)")
                || (message.contains("While open") && message.contains("No such file or directory"));
    }
}
