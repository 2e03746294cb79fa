package io.millrace.state.rocksdb;

import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns RocksDB's errors into ours; the only place that reads their texts. */
final class RocksErrors {
    private static final String FULL = "the disk is full; make room. Nothing is lost";

    /** The file that names the list of files is gone. */
    private static final String NO_DATABASE = "does not exist (create_if_missing is false)";

    private static final String OWN_LOCK = "lock hold by current process";

    private static final long MEBIBYTE = 1 << 20;

    private RocksErrors() {}

    static StateException translate(String doing, String directory, RocksDBException failure) {
        Kind kind = kindOf(failure);
        String advice = switch (kind) {
            case LOCKED -> lock(failure);
            case NO_SPACE -> FULL;
            case CORRUPT -> damage(failure);
            default ->
                "see to the directory and its device, then start again; what was not written is replayed from the log";
        };
        String told = "Cannot " + doing + " state in " + directory + ": " + advice;
        return new StateException(
                kind,
                kind == Kind.NO_SPACE || kind == Kind.LOCKED ? told : told + " (" + failure.getMessage() + ")",
                failure);
    }

    /** In our words alone: theirs name threads by numbers that nobody knows. */
    private static String lock(RocksDBException failure) {
        return String.valueOf(failure.getMessage()).contains(OWN_LOCK)
                ? "this process has it open already, for another application or an instance that is not closed: close that one first, or give each a directory of its own"
                : "another process has it open: stop that one first, or choose a directory of its own for this one";
    }

    /**
     * Of a write that was not begun. The same words each time but for the numbers, so that who has read them once need not read them again.
     *
     * @param newBytes what is to be written
     * @param mergedBytes what merging files takes beside that
     */
    static String tooLittleRoom(String directory, long usableBytes, long newBytes, long mergedBytes) {
        return "Cannot write state in " + directory + ": the disk has too little room: " + usableBytes / MEBIBYTE
                + " MiB are free and " + mebibytes(newBytes + mergedBytes) + " MiB are wanted, "
                + mebibytes(mergedBytes)
                + " of them for merging files, of which the old and the new ones are there at once for a while; make room. Nothing is lost";
    }

    private static long mebibytes(long bytes) {
        return (bytes + MEBIBYTE - 1) / MEBIBYTE;
    }

    static boolean isFullDisk(RocksDBException failure) {
        return kindOf(failure) == Kind.NO_SPACE;
    }

    /** Of a directory that another process may own, which this one has not locked and does not change. */
    static StateException translateReading(String directory, RocksDBException failure) {
        Kind kind = isMissing(failure) ? Kind.CORRUPT : kindOf(failure);
        String advice =
                kind == Kind.CORRUPT ? damage(failure) : "see that this process may read it, then run this again";
        return new StateException(
                kind, "Cannot read state in " + directory + ": " + advice + " (" + failure.getMessage() + ")", failure);
    }

    /** The same words by whomever it is found. */
    private static String damage(RocksDBException failure) {
        String what = "its bytes are not what was written";
        if (isMissing(failure)) {
            what = "a file of it is missing";
        } else if (String.valueOf(failure.getMessage()).contains("file size mismatch")) {
            what = "a file of it is not as long as it was";
        }
        return what + "; restore the directory, or move it away to have it rebuilt from the log";
    }

    private static boolean isMissing(RocksDBException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("No such file") || message.contains(NO_DATABASE);
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
        if (message.contains("While lock file") || message.contains(OWN_LOCK)) {
            return Kind.LOCKED;
        }
        boolean isDamaged = status != null && status.getCode() == Status.Code.Corruption;
        return isDamaged || isIncomplete(message) ? Kind.CORRUPT : Kind.IO;
    }

    /** What RocksDB says of a database whose files are not all there. */
    private static boolean isIncomplete(String message) {
        return message.contains(NO_DATABASE)
                || (message.contains("While open") && message.contains("No such file or directory"));
    }
}
