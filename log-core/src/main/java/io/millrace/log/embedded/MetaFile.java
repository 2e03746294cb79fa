package io.millrace.log.embedded;

import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small file of lines in the root directory: written beside, forced, and renamed over the former one, so that a crash leaves the old
 * content or the new. Stateless.
 *
 * <pre>
 * kind version          such as "millrace-topics 1"
 * lines                 UTF-8, each ended by a line feed
 * crc32c xxxxxxxx       of all bytes before this line, hexadecimal
 * </pre>
 */
final class MetaFile {
    private static final String ROOT = "";
    private static final String CHECKSUM = "crc32c ";
    /** Nothing that Millrace writes comes near; a larger file is not one of ours. */
    private static final int LARGEST = 64 << 20;

    private MetaFile() {}

    /** Replaces the file; durable at return. */
    static void write(Storage storage, String name, String kind, List<String> lines) {
        write(storage, name, kind, lines, true);
    }

    /** Replaces the file; a power cut leaves the one before, this one, or any bytes. */
    static void writeUnforced(Storage storage, String name, String kind, List<String> lines) {
        write(storage, name, kind, lines, false);
    }

    private static void write(Storage storage, String name, String kind, List<String> lines, boolean isForced) {
        StringBuilder text = new StringBuilder(kind).append('\n');
        lines.forEach(line -> text.append(line).append('\n'));
        byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] checksum = (CHECKSUM + crc(body, body.length) + '\n').getBytes(StandardCharsets.UTF_8);
        String temporary = name + ".tmp";
        try (StorageFile file = storage.open(temporary, OpenMode.CREATE)) {
            file.truncate(0);
            file.append(ByteBuffer.wrap(body));
            file.append(ByteBuffer.wrap(checksum));
            if (isForced) {
                file.force();
            }
        }
        storage.rename(temporary, name);
        if (isForced) {
            storage.syncDirectory(ROOT);
        }
    }

    /** Deletes the file, if there is one; durable at return. */
    static void delete(Storage storage, String name) {
        if (storage.exists(name)) {
            storage.delete(name);
            storage.syncDirectory(ROOT);
        }
    }

    /** The lines between the first and the last; empty if there is no such file. @throws CorruptionException if it is damaged; LogException with STOP if a newer version wrote it */
    static Optional<List<String>> read(Storage storage, String name, String kind) {
        if (!storage.exists(name)) {
            return Optional.empty();
        }
        byte[] bytes = readAll(storage, name);
        int end = lastLine(bytes);
        String last = new String(bytes, end, bytes.length - end, StandardCharsets.UTF_8);
        if (!last.equals(CHECKSUM + crc(bytes, end) + '\n')) {
            throw damaged(storage, name, "its checksum is wrong");
        }
        List<String> lines = new ArrayList<>(
                new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList());
        if (lines.isEmpty() || !lines.get(0).equals(kind)) {
            checkNotNewer(storage, name, kind, lines);
            throw damaged(storage, name, "it does not begin with '" + kind + "'");
        }
        lines.remove(0);
        return Optional.of(List.copyOf(lines));
    }

    /** A file whose checksum is right and whose version is later than ours is sound, and not for us. */
    private static void checkNotNewer(Storage storage, String name, String kind, List<String> lines) {
        int number = kind.lastIndexOf(' ') + 1;
        String found = lines.isEmpty() ? "" : lines.get(0);
        if (found.startsWith(kind.substring(0, number)) && isLater(found.substring(number), kind.substring(number))) {
            throw new LogException(
                    Disposition.STOP,
                    "The file " + name + " in " + storage.describe() + " was written by a newer version of Millrace ('"
                            + found + "', and this one knows '" + kind + "'). Use that version or a later one");
        }
    }

    private static boolean isLater(String version, String than) {
        try {
            return Integer.parseInt(version) > Integer.parseInt(than);
        } catch (NumberFormatException noVersion) {
            return false;
        }
    }

    /** The lines of a file that may be damaged, without those that say what it is; none if there is no such file. */
    static List<String> salvage(Storage storage, String name) {
        if (!storage.exists(name) || storage.isDirectory(name) || storage.size(name) > LARGEST) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(new String(readAll(storage, name), StandardCharsets.UTF_8)
                .lines()
                .toList());
        lines.removeIf(line -> line.startsWith(CHECKSUM));
        return lines.size() < 2 ? List.of() : List.copyOf(lines.subList(1, lines.size()));
    }

    static CorruptionException damaged(Storage storage, String name, String why) {
        return new CorruptionException("The file " + name + " in " + storage.describe() + " is damaged: " + why + ". "
                + LogFiles.advice(storage));
    }

    private static byte[] readAll(Storage storage, String name) {
        try (StorageFile file = storage.open(name, OpenMode.READ)) {
            long size = file.size();
            if (size > LARGEST) {
                throw damaged(storage, name, "it has " + size + " bytes");
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) size);
            file.readAt(0, buffer);
            return buffer.array();
        }
    }

    /** Where the last line begins; the end if there is none. */
    private static int lastLine(byte[] bytes) {
        int i = Math.max(bytes.length - 2, -1);
        while (i >= 0 && bytes[i] != '\n') {
            i--;
        }
        return Math.min(i + 1, bytes.length);
    }

    private static String crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
