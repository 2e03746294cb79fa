package io.millrace.platform.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A file: its bytes as the process sees them, its bytes on the device, and in order the changes that lead from these to those. Guarded by
 * its storage.
 */
final class FileImage implements Node {
    /** What a device writes whole or not at all. */
    static final int SECTOR_SIZE = 512;

    /** A change that was not forced. */
    private sealed interface Change {}

    private record Written(int position, byte[] bytes) implements Change {}

    private record Cut(int size) implements Change {}

    private final Bytes live;
    private final Bytes durable;
    private final List<Change> unforced;

    FileImage() {
        this(new Bytes(), new Bytes(), new ArrayList<>());
    }

    private FileImage(Bytes live, Bytes durable, List<Change> unforced) {
        this.live = live;
        this.durable = durable;
        this.unforced = unforced;
    }

    int size() {
        return live.size;
    }

    int read(long position, ByteBuffer target) {
        if (position >= live.size) {
            return 0;
        }
        int count = Math.min(target.remaining(), live.size - (int) position);
        target.put(live.array, (int) position, count);
        return count;
    }

    void write(int position, byte[] bytes) {
        if (bytes.length > 0) {
            record(new Written(position, bytes));
        }
    }

    void truncate(int size) {
        record(new Cut(size));
    }

    private void record(Change change) {
        live.apply(change);
        unforced.add(change);
    }

    void force() {
        unforced.forEach(durable::apply);
        unforced.clear();
    }

    /** A force that failed: the system counts every page as written, and it is true of some only. */
    void failForce(RandomGenerator random) {
        for (Change change : unforced) {
            if (random.nextBoolean()) {
                durable.apply(change);
            }
        }
        unforced.clear();
    }

    /** Changes a byte where it lies: rot, not a write. */
    void rot(int position, int mask) {
        force();
        live.array[position] ^= (byte) mask;
        durable.array[position] ^= (byte) mask;
    }

    FileImage copy() {
        return new FileImage(live.copy(), durable.copy(), new ArrayList<>(unforced));
    }

    /** The file that is found after a power loss (SIM3). */
    FileImage afterPowerLoss(RandomGenerator random) {
        int count = unforced.size();
        int[] reached = new int[sectors(largestSize())];
        int sizeReached;
        switch (random.nextInt(5)) {
            case 0 -> sizeReached = 0;
            case 1 -> {
                Arrays.fill(reached, count);
                sizeReached = count;
            }
            case 2 -> sizeReached = tearOneWrite(reached, random);
            default -> {
                Arrays.setAll(reached, sector -> random.nextInt(count + 1));
                sizeReached = random.nextInt(count + 1);
            }
        }
        Bytes found = image(reached, sizeReached);
        return new FileImage(found, found.copy(), new ArrayList<>());
    }

    /** The writes up to one are there, and of that one some leading sectors. */
    private int tearOneWrite(int[] reached, RandomGenerator random) {
        int whole = random.nextInt(unforced.size() + 1);
        Arrays.fill(reached, whole);
        if (whole == unforced.size() || !(unforced.get(whole) instanceof Written torn)) {
            return whole;
        }
        int first = torn.position() / SECTOR_SIZE;
        int end = sectors(torn.position() + torn.bytes().length);
        Arrays.fill(reached, first, random.nextInt(first, end + 1), whole + 1);
        return random.nextBoolean() ? whole : whole + 1;
    }

    /** Applies to each sector as many changes as reached it, and sets the size that as many of them leave. */
    private Bytes image(int[] reached, int sizeReached) {
        Bytes found = durable.copy();
        found.ensure(reached.length * SECTOR_SIZE);
        int size = durable.size;
        for (int i = 0; i < unforced.size(); i++) {
            Change change = unforced.get(i);
            if (i < sizeReached) {
                size = sizeAfter(size, change);
            }
            applyToSectors(found, change, i, reached);
        }
        Arrays.fill(found.array, Math.min(size, found.array.length), found.array.length, (byte) 0);
        found.ensure(size);
        found.size = size;
        return found;
    }

    private static void applyToSectors(Bytes found, Change change, int index, int[] reached) {
        int start = change instanceof Written written ? written.position() : ((Cut) change).size();
        int end = change instanceof Written written ? start + written.bytes().length : reached.length * SECTOR_SIZE;
        for (int sector = start / SECTOR_SIZE; sector < reached.length && sector * SECTOR_SIZE < end; sector++) {
            if (index < reached[sector]) {
                int from = Math.max(start, sector * SECTOR_SIZE);
                int to = Math.min(end, (sector + 1) * SECTOR_SIZE);
                if (change instanceof Written written) {
                    System.arraycopy(written.bytes(), from - start, found.array, from, to - from);
                } else {
                    Arrays.fill(found.array, from, to, (byte) 0);
                }
            }
        }
    }

    private int largestSize() {
        int largest = durable.size;
        for (Change change : unforced) {
            largest = Math.max(largest, sizeAfter(0, change));
        }
        return largest;
    }

    private static int sizeAfter(int size, Change change) {
        return change instanceof Written written
                ? Math.max(size, written.position() + written.bytes().length)
                : Math.min(size, ((Cut) change).size());
    }

    private static int sectors(int size) {
        return (size + SECTOR_SIZE - 1) / SECTOR_SIZE;
    }

    /** Bytes that grow; all zero behind their end. */
    private static final class Bytes {
        private byte[] array = new byte[0];
        private int size;

        void apply(Change change) {
            if (change instanceof Written written) {
                int end = written.position() + written.bytes().length;
                ensure(end);
                System.arraycopy(written.bytes(), 0, array, written.position(), written.bytes().length);
            } else {
                int end = Math.min(((Cut) change).size(), size);
                Arrays.fill(array, end, size, (byte) 0);
            }
            size = sizeAfter(size, change);
        }

        void ensure(int capacity) {
            if (capacity > array.length) {
                array = Arrays.copyOf(array, Math.max(capacity, array.length * 2));
            }
        }

        Bytes copy() {
            Bytes copy = new Bytes();
            copy.array = array.clone();
            copy.size = size;
            return copy;
        }
    }
}
