package io.millrace.state.rocksdb;

import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns RocksDB's errors into ours; the only place that reads their texts. */
final class RocksErrors {
    private RocksErrors() {}

    static StateException translate(String doing, String directory, RocksDBException failure) {
        Kind kind = kindOf(failure);
        String advice = switch (kind) {
            case LOCKED -> "another process, or another part of this one, has it open; stop that one first";
            case NO_SPACE -> "the disk is full; make room and start again, nothing is lost";
            case CORRUPT ->
                "its bytes are not what was written; restore the directory, or move it away to have it rebuilt from the log";
            default -> "start again; what was not written is replayed from the log";
        };
        return new StateException(
                kind,
                "Cannot " + doing + " state in " + directory + ": " + advice + " (" + failure.getMessage() + ")",
                failure);
    }

    private static Kind kindOf(RocksDBException failure) {
        Status status = failure.getStatus();
        String message = String.valueOf(failure.getMessage());
        if (message.contains("/LOCK") || message.contains("lock hold by current process")) {
            return Kind.LOCKED;
        }
        if (message.contains("No space left") || (status != null && status.getSubCode() == Status.SubCode.NoSpace)) {
            return Kind.NO_SPACE;
        }
        return status != null && status.getCode() == Status.Code.Corruption ? Kind.CORRUPT : Kind.IO;
    }
}
