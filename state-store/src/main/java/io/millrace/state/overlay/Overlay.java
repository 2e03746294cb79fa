package io.millrace.state.overlay;

import io.millrace.serde.BytesView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A hash map from (store, key bytes) to value bytes or a tombstone; one thread changes it, and while nobody does, several may read.
 *
 * <p>Entries lie one after another in one growing array and are named by where they begin:
 *
 * <pre>
 * offset size field
 *      0    4 hash
 *      4    4 store
 *      8    4 key length
 *     12    4 value length, -1 for a tombstone
 *     16    4 where the value begins
 *     20    4 room for the value there
 *     24    n key, then the first value
 * </pre>
 *
 * A value that outgrows its room moves to the end of the array; the old room is lost until {@link #clear}.
 *
 * <p>A slot of the table is {@code generation(20) tag(12) entry(32)}. Slots of another generation are empty, so that clearing is counting
 * up (O2); the tag is a part of the hash, so that nearly every probe that reads an entry reads the right one.
 */
public final class Overlay {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private static final int STORE = 4;
    private static final int KEY_LENGTH = 8;
    private static final int VALUE_LENGTH = 12;
    private static final int VALUE_START = 16;
    private static final int VALUE_ROOM = 20;
    private static final int HEADER_SIZE = 24;

    private static final @Nullable SortedRuns[] NEVER_SORTED = new SortedRuns[0];
    private static final int TOMBSTONE = -1;
    private static final int MIN_SLOTS = 64;
    private static final int MIN_BYTES = 4096;
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;
    private static final int TAG_BITS = 12;
    private static final long TAG_MASK = (1L << TAG_BITS) - 1;
    private static final int GENERATION_SHIFT = Integer.SIZE + TAG_BITS;
    private static final long LAST_GENERATION = (1L << (Long.SIZE - GENERATION_SHIFT)) - 1;
    /** Memory is given back when it is this many times what the last uses needed. */
    private static final int SLACK = 8;

    private long[] slots = new long[MIN_SLOTS];
    private long generation = 1;
    private byte[] bytes = new byte[MIN_BYTES];
    private int usedBytes;
    private int[] entries = new int[MIN_SLOTS / 2];
    private int size;
    private int recentBytes;
    private int recentSize;

    /** By store, where it was asked for. */
    private @Nullable SortedRuns[] sorted = NEVER_SORTED;

    /** The hash that the other methods take: computed once for an operation, whatever the number of overlays it looks into. */
    public static int hash(int store, BytesView key) {
        return key.hashCode() ^ store * 0x9E3779B9;
    }

    /** Keys changed. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Memory in use: what the limits count. */
    public long sizeInBytes() {
        return usedBytes + (long) size * (Integer.BYTES + 2 * Long.BYTES);
    }

    /** Memory held, in use or not. */
    public long capacityInBytes() {
        return bytes.length + slots.length * (long) Long.BYTES + entries.length * (long) Integer.BYTES;
    }

    /** The entry of a key, or -1. */
    public int find(int store, BytesView key, int hash) {
        long wanted = slotPrefix(hash);
        int mask = slots.length - 1;
        for (int i = hash & mask; ; i = (i + 1) & mask) {
            long slot = slots[i];
            if (slot >>> GENERATION_SHIFT != generation) {
                return -1;
            }
            if ((slot & ~0xFFFF_FFFFL) == wanted && isEntryOf((int) slot, store, key)) {
                return (int) slot;
            }
        }
    }

    /** Stages a change; null is a deletion. The bytes are copied. */
    public void put(int store, BytesView key, int hash, @Nullable BytesView value) {
        int entry = find(store, key, hash);
        if (entry < 0) {
            append(store, key, hash, value);
        } else if (value == null) {
            INT.set(bytes, entry + VALUE_LENGTH, TOMBSTONE);
        } else {
            replace(entry, value);
        }
    }

    /** Stages everything that {@code newer} holds over what is here. */
    public void putAll(Overlay newer, BytesView key, BytesView value) {
        for (int i = 0; i < newer.size; i++) {
            int entry = newer.entries[i];
            newer.key(entry, key);
            put(
                    newer.store(entry),
                    key,
                    newer.hash(entry),
                    newer.isTombstone(entry) ? null : newer.value(entry, value));
        }
    }

    /** The entry of the key that came {@code index}th (O1). */
    public int entry(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return entries[index];
    }

    /** What {@link #hash(int, BytesView)} said of it. */
    public int hash(int entry) {
        return (int) INT.get(bytes, entry);
    }

    public int store(int entry) {
        return (int) INT.get(bytes, entry + STORE);
    }

    public boolean isTombstone(int entry) {
        return (int) INT.get(bytes, entry + VALUE_LENGTH) == TOMBSTONE;
    }

    /** Moves {@code view} to the entry's key; valid until the overlay changes. */
    public BytesView key(int entry, BytesView view) {
        return view.wrap(bytes, entry + HEADER_SIZE, keyLength(entry));
    }

    /** Moves {@code view} to the entry's value, which is not a tombstone; valid until the overlay changes. */
    public BytesView value(int entry, BytesView view) {
        return view.wrap(bytes, (int) INT.get(bytes, entry + VALUE_START), (int) INT.get(bytes, entry + VALUE_LENGTH));
    }

    /** Empties the overlay and keeps the memory that its recent uses needed. */
    public void clear() {
        recentBytes = Math.max(usedBytes, recentBytes - recentBytes / 8);
        recentSize = Math.max(size, recentSize - recentSize / 8);
        usedBytes = 0;
        size = 0;
        for (SortedRuns runs : sorted) {
            if (runs != null) {
                runs.clear();
            }
        }
        if (bytes.length / SLACK > Math.max(MIN_BYTES, recentBytes)) {
            bytes = new byte[Math.max(MIN_BYTES, recentBytes * 2)];
        }
        if (entries.length / SLACK > Math.max(MIN_SLOTS, recentSize)) {
            allocateTable(Math.max(MIN_SLOTS, Integer.highestOneBit(recentSize) * 4));
        } else if (generation == LAST_GENERATION) {
            Arrays.fill(slots, 0);
            generation = 1;
        } else {
            generation++;
        }
    }

    /** The entries of one store in the order of their keys' bytes; valid until the overlay changes. The owner's. */
    public SortedRuns sorted(int store) {
        if (store >= sorted.length) {
            sorted = Arrays.copyOf(sorted, store + 1);
        }
        SortedRuns runs = sorted[store];
        if (runs == null) {
            runs = new SortedRuns(this, store);
            sorted[store] = runs;
        }
        runs.update();
        return runs;
    }

    /** The same for who only reads an overlay that nobody changes meanwhile: a sorting of the caller's own, whole at once. */
    public SortedRuns sortedCopy(int store) {
        SortedRuns runs = new SortedRuns(this, store);
        runs.update();
        return runs;
    }

    /** The same changes in memory of their own. */
    public Overlay copy() {
        Overlay copy = new Overlay();
        copy.slots = slots.clone();
        copy.generation = generation;
        copy.bytes = bytes.clone();
        copy.usedBytes = usedBytes;
        copy.entries = entries.clone();
        copy.size = size;
        copy.recentBytes = recentBytes;
        copy.recentSize = recentSize;
        return copy;
    }

    private int keyLength(int entry) {
        return (int) INT.get(bytes, entry + KEY_LENGTH);
    }

    private long slotPrefix(int hash) {
        return generation << GENERATION_SHIFT | (hash >>> (Integer.SIZE - TAG_BITS) & TAG_MASK) << Integer.SIZE;
    }

    private boolean isEntryOf(int entry, int store, BytesView key) {
        int keyStart = entry + HEADER_SIZE;
        return store(entry) == store
                && Arrays.equals(
                        bytes,
                        keyStart,
                        keyStart + keyLength(entry),
                        key.array(),
                        key.arrayOffset(),
                        key.arrayOffset() + key.length());
    }

    private void append(int store, BytesView key, int hash, @Nullable BytesView value) {
        if (size * 2 >= slots.length) {
            growTable();
        }
        int valueLength = value == null ? 0 : value.length();
        int entry = usedBytes;
        int valueStart = entry + HEADER_SIZE + key.length();
        reserve((long) HEADER_SIZE + key.length() + valueLength);
        INT.set(bytes, entry, hash);
        INT.set(bytes, entry + STORE, store);
        INT.set(bytes, entry + KEY_LENGTH, key.length());
        INT.set(bytes, entry + VALUE_LENGTH, value == null ? TOMBSTONE : valueLength);
        INT.set(bytes, entry + VALUE_START, valueStart);
        INT.set(bytes, entry + VALUE_ROOM, valueLength);
        System.arraycopy(key.array(), key.arrayOffset(), bytes, entry + HEADER_SIZE, key.length());
        if (value != null) {
            System.arraycopy(value.array(), value.arrayOffset(), bytes, valueStart, valueLength);
        }
        entries[size++] = entry;
        link(entry, hash);
    }

    private void replace(int entry, BytesView value) {
        int length = value.length();
        if (length > (int) INT.get(bytes, entry + VALUE_ROOM)) {
            int start = usedBytes;
            reserve(length);
            INT.set(bytes, entry + VALUE_START, start);
            INT.set(bytes, entry + VALUE_ROOM, length);
        }
        INT.set(bytes, entry + VALUE_LENGTH, length);
        System.arraycopy(value.array(), value.arrayOffset(), bytes, (int) INT.get(bytes, entry + VALUE_START), length);
    }

    private void reserve(long more) {
        long needed = usedBytes + more;
        if (needed > LARGEST_ARRAY) {
            throw new IllegalStateException("An overlay of " + size + " changes is larger than an array can be");
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(LARGEST_ARRAY, Math.max(needed, bytes.length * 2L)));
        }
        usedBytes = (int) needed;
    }

    private void link(int entry, int hash) {
        int mask = slots.length - 1;
        int i = hash & mask;
        while (slots[i] >>> GENERATION_SHIFT == generation) {
            i = (i + 1) & mask;
        }
        slots[i] = slotPrefix(hash) | entry;
    }

    private void growTable() {
        int[] present = entries;
        allocateTable(slots.length * 2);
        System.arraycopy(present, 0, entries, 0, size);
        for (int i = 0; i < size; i++) {
            link(entries[i], hash(entries[i]));
        }
    }

    private void allocateTable(int slotCount) {
        slots = new long[slotCount];
        entries = new int[slotCount / 2];
        generation = 1;
    }
}
