package io.millrace.platform.file;

import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;

/** Says of a failed system call what a caller has to know. Java tells some causes by class and others only in the system's words. */
final class StorageErrors {
    private StorageErrors() {}

    static StorageException translate(String action, Path path, IOException cause) {
        Kind kind = kindOf(cause);
        return new StorageException(kind, "Cannot " + action + " " + path + ": " + explain(kind, cause), cause);
    }

    /** The same for a force. Whatever the system calls its failure, it is none that passes (P3): pages may have been dropped. */
    static StorageException translateForce(String action, Path path, IOException cause) {
        Kind kind = kindOf(cause) == Kind.NO_SPACE ? Kind.IO : kindOf(cause);
        return new StorageException(kind, "Cannot " + action + " " + path + ": " + explain(kind, cause), cause);
    }

    static Kind kindOf(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return Kind.NOT_FOUND;
        }
        if (cause instanceof FileAlreadyExistsException) {
            return Kind.ALREADY_EXISTS;
        }
        if (cause instanceof AccessDeniedException) {
            return Kind.ACCESS_DENIED;
        }
        if (cause instanceof NotDirectoryException) {
            return Kind.BAD_PATH;
        }
        return kindOfWords(words(cause).toLowerCase(Locale.ROOT));
    }

    private static Kind kindOfWords(String words) {
        if (words.contains("no space left") || words.contains("quota") || words.contains("not enough space")) {
            return Kind.NO_SPACE;
        }
        if (words.contains("too many open files")) {
            return Kind.TOO_MANY_OPEN_FILES;
        }
        if (words.contains("read-only file system") || words.contains("permission denied")) {
            return Kind.ACCESS_DENIED;
        }
        if (words.contains("levels of symbolic links")
                || words.contains("not a directory")
                || words.contains("is a directory")) {
            return Kind.BAD_PATH;
        }
        if (words.contains("no such file")) {
            return Kind.NOT_FOUND;
        }
        return Kind.IO;
    }

    private static String words(IOException cause) {
        String reason = cause instanceof FileSystemException system ? system.getReason() : cause.getMessage();
        return reason == null ? "" : reason;
    }

    private static String explain(Kind kind, IOException cause) {
        return switch (kind) {
            case NOT_FOUND -> "it does not exist";
            case ALREADY_EXISTS -> "it exists already";
            case LOCKED -> "it is in use";
            case NO_SPACE -> "the disk or the quota is full";
            case TOO_MANY_OPEN_FILES -> "the process has as many files open as it may";
            case ACCESS_DENIED -> "access is denied, or the file system is read-only";
            case BAD_PATH ->
                "a part of the path is not a directory, or is a symbolic link, or it is a directory and no file";
            case IO -> describe(cause);
        };
    }

    private static String describe(IOException cause) {
        String words = words(cause);
        return words.isEmpty() ? cause.getClass().getSimpleName() : words;
    }
}
