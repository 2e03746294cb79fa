package io.millrace.log.embedded.recovery;

import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.log.embedded.segment.Segment;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Keeps what a repair takes out of a partition: a directory beside it, with files of the same names. Of a segment that is cut, the file
 * there holds what stood from the cut on, and its name ends in {@code .from-<position>}. Owned by one thread.
 */
final class RepairAside {
    /** What an opening sets aside by itself does not fill the disk, however often the power fails. */
    static final long MOST_BYTES = 1L << 30;

    private static final int COPY_BYTES = 1 << 20;
    private static final String ROOT = "repair";
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final SegmentDirectory directory;
    private final Storage storage;
    private final String path;
    private final long mostBytes;
    private boolean created;

    RepairAside(SegmentDirectory directory, String path) {
        this(directory, path, MOST_BYTES);
    }

    /** @param mostBytes how much {@link #keepIfSmall} lets the directories of all repairs grow to */
    RepairAside(SegmentDirectory directory, String path, long mostBytes) {
        this.mostBytes = mostBytes;
        this.directory = directory;
        this.storage = directory.storage();
        this.path = path;
    }

    /** The directory of what is taken out of a log at this time. */
    static String at(Instant now) {
        return ROOT + '/' + NAME.format(now);
    }

    /** Moves the segments behind a cut, and copies what it takes of one; durable at return. The copy is still to be cut off there. */
    void keep(RepairPlan.Cut cut) {
        keep(cut, false);
    }

    /**
     * The same, unless too much is kept already.
     *
     * @param isOpen true if the segment of the cut is open: then it is copied in any case
     * @return false if nothing was kept
     */
    boolean keepIfSmall(RepairPlan.Cut cut, boolean isOpen) {
        if (bytesIn(ROOT) + bytesFrom(cut) > mostBytes) {
            return false;
        }
        keep(cut, isOpen);
        return true;
    }

    private long bytesIn(String directoryPath) {
        long bytes = 0;
        for (String name : storage.list(directoryPath)) {
            String entry = directoryPath + '/' + name;
            bytes += storage.isDirectory(entry) ? bytesIn(entry) : storage.size(entry);
        }
        return bytes;
    }

    /** How much of the segments' files stands behind a cut. */
    long bytesFrom(RepairPlan.Cut cut) {
        long bytes = 0;
        for (long baseOffset : segmentsFrom(cut)) {
            bytes += storage.size(directory.file(baseOffset, LogFiles.LOG));
            bytes -= baseOffset == cut.baseOffset() ? cut.position() : 0;
        }
        return bytes;
    }

    private List<Long> segmentsFrom(RepairPlan.Cut cut) {
        List<Long> behind = new ArrayList<>();
        for (String name : storage.list(directory.path())) {
            OptionalLong baseOffset = LogFiles.offsetOf(name, LogFiles.LOG);
            if (baseOffset.isPresent() && baseOffset.getAsLong() >= cut.baseOffset()) {
                behind.add(baseOffset.getAsLong());
            }
        }
        return behind;
    }

    private void keep(RepairPlan.Cut cut, boolean isOpen) {
        List<Long> behind = segmentsFrom(cut);
        // The last one first: whenever this is interrupted, what is left is the log up to some offset.
        Collections.reverse(behind);
        for (long baseOffset : behind) {
            if (baseOffset > cut.baseOffset() || (cut.position() == 0 && !isOpen)) {
                move(directory.file(baseOffset, LogFiles.LOG));
            } else {
                copyFrom(baseOffset, cut.position());
            }
        }
        sync();
    }

    /** Takes a file out of the partition, if it is there. */
    void move(String file) {
        if (storage.exists(file)) {
            create();
            storage.rename(file, path + file.substring(directory.path().length()));
        }
    }

    void sync() {
        if (created) {
            storage.syncDirectory(path);
            storage.syncDirectory(directory.path());
        }
    }

    private void copyFrom(long baseOffset, long position) {
        create();
        String target = LogFiles.path(path, baseOffset, LogFiles.LOG + ".from-" + position);
        try (Segment segment = Segment.openForRebuild(directory, baseOffset);
                StorageFile copy = storage.open(target, OpenMode.CREATE)) {
            copy.truncate(0);
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            long at = position;
            while (segment.read(at, buffer) > 0) {
                at += buffer.position();
                copy.append(buffer.flip());
                buffer.clear();
            }
            copy.force();
        }
    }

    private void create() {
        if (!created) {
            storage.createDirectories(path);
            for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                storage.syncDirectory(path.substring(0, slash));
            }
            storage.syncDirectory("");
            created = true;
        }
    }
}
