package io.millrace.state.time;

import io.millrace.serde.BytesReader;
import io.millrace.serde.BytesView;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.StoreManifest;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import io.millrace.state.time.StoredEntry.Time;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the entries of a store of any kind from what was pinned to it, without its serdes: keys and values stay bytes. For whoever looks at
 * state from outside. Stateless.
 *
 * <p>What has expired and is not yet removed is read like anything else: how long a store keeps is not pinned.
 */
public final class StoredEntryReader {
    private static final Serde<BytesView> BYTES = Serdes.bytes();
    private static final Serde<Timestamped<BytesView>> TIMESTAMPED = Timestamped.serde(BYTES);
    private static final Serde<NewestSession<BytesView>> NEWEST = new NewestSession.Format<>(BYTES);
    private static final Serde<Optional<BytesView>> PAST = Serdes.optional(BYTES);
    private static final String TIMESTAMPED_PREFIX = "timestamped<";

    /** Of one kind of store. */
    @FunctionalInterface
    private interface Format {
        Optional<StoredEntry> read(BytesView key, BytesView value);
    }

    private final Format format;

    private StoredEntryReader(Format format) {
        this.format = format;
    }

    /** @return empty if the kind of store, or the format of its kind, is none that is known here */
    public static Optional<StoredEntryReader> of(StoreManifest manifest) {
        Map<String, String> properties = manifest.properties();
        if (is(manifest, StoreSpec.keyValue("any", BYTES, BYTES))) {
            boolean isTimestamped = properties.getOrDefault("value", "").startsWith(TIMESTAMPED_PREFIX);
            return Optional.of(
                    new StoredEntryReader(isTimestamped ? StoredEntryReader::timestamped : StoredEntryReader::plain));
        }
        if (is(manifest, new WindowSpec<>("any", BYTES, BYTES, 1, 1, 1))) {
            OptionalLong size = millis(properties.getOrDefault("size", ""));
            return size.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new StoredEntryReader((key, value) -> window(key, value, size.getAsLong())));
        }
        if (is(manifest, new RecordSpec<>("any", BYTES, BYTES, 1))
                || is(manifest, new RecordBufferSpec<>("any", BYTES, BYTES, 1, 1))) {
            return Optional.of(new StoredEntryReader(StoredEntryReader::record));
        }
        if (is(manifest, new SessionSpec<>("any", BYTES, BYTES, 1, 1))) {
            return Optional.of(new StoredEntryReader(StoredEntryReader::session));
        }
        if (is(manifest, new TimerSpec<>("any", TimerSpec.Clock.EVENT_TIME, BYTES))) {
            return Optional.of(new StoredEntryReader(StoredEntryReader::timer));
        }
        if (is(manifest, new RecordQueueSpec<>("any", BYTES, BYTES))) {
            return Optional.of(new StoredEntryReader(StoredEntryReader::waiting));
        }
        return is(manifest, new VersionedSpec<>("any", BYTES, BYTES, 1))
                        || is(manifest, new VersionedTableSpec<>("any", BYTES, BYTES, 1))
                ? Optional.of(new StoredEntryReader(StoredEntryReader::version))
                : Optional.empty();
    }

    /** Whether the key of an entry is the user's key and nothing else, so that entries lie in the order of keys. */
    public static boolean isByKey(StoreManifest manifest) {
        return is(manifest, StoreSpec.keyValue("any", BYTES, BYTES));
    }

    /**
     * Reads an entry; the views are those of the bytes given or copies of them.
     *
     * @return empty if it is none of the user's: how far time has come, for example
     * @throws io.millrace.serde.SerdeException if no such store ever held it
     */
    public Optional<StoredEntry> read(BytesView key, BytesView value) {
        return format.read(key, value);
    }

    private static boolean is(StoreManifest manifest, StoreSpec<?> known) {
        return manifest.kind().equals(known.manifest().kind())
                && manifest.format().equals(known.manifest().format());
    }

    private static OptionalLong millis(String text) {
        return text.matches("[0-9]{1,19} ms")
                ? OptionalLong.of(Long.parseLong(text.substring(0, text.length() - " ms".length())))
                : OptionalLong.empty();
    }

    private static Optional<StoredEntry> plain(BytesView key, BytesView value) {
        return Optional.of(new StoredEntry(key, List.of(), value));
    }

    private static Optional<StoredEntry> timestamped(BytesView key, BytesView value) {
        Timestamped<BytesView> found = TIMESTAMPED.read(value);
        return Optional.of(new StoredEntry(key, List.of(Time.of("timestamp", found.timestamp())), found.value()));
    }

    private static Optional<StoredEntry> window(BytesView key, BytesView value, long sizeMillis) {
        if (tag(key) != Tag.BY_TIME) {
            return Optional.empty();
        }
        Windowed<BytesView> window = new WindowFormat<>(BYTES, sizeMillis).read(key);
        return Optional.of(new StoredEntry(
                window.key(), List.of(Time.of("start", window.start()), Time.of("end", window.end())), value));
    }

    private static Optional<StoredEntry> record(BytesView key, BytesView value) {
        if (!isTimed(key)) {
            return Optional.empty();
        }
        return Optional.of(ofRecord(timed(key), value));
    }

    private static Optional<StoredEntry> waiting(BytesView key, BytesView value) {
        return tag(key) == Tag.BY_TIME
                ? Optional.of(ofRecord(new QueueFormat<>(BYTES).read(key), value))
                : Optional.empty();
    }

    private static StoredEntry ofRecord(TimedKey<BytesView> timed, BytesView value) {
        List<Time> times = List.of(Time.of("time", timed.time()), new Time("sequence", timed.sequence(), false));
        return new StoredEntry(timed.key(), times, value);
    }

    private static Optional<StoredEntry> timer(BytesView key, BytesView value) {
        if (tag(key) != Tag.BY_TIME) {
            return Optional.empty();
        }
        Timer<BytesView> timer = new TimerFormat<>(BYTES).read(key);
        return Optional.of(new StoredEntry(timer.key(), List.of(Time.of("time", timer.time())), value));
    }

    private static Optional<StoredEntry> session(BytesView key, BytesView value) {
        if (tag(key) == Tag.BY_KEY) {
            NewestSession<BytesView> newest = NEWEST.read(value);
            return Optional.of(
                    new StoredEntry(keyBehindTag(key), ofSession(newest.start(), newest.end()), newest.value()));
        }
        if (!isTimed(key)) {
            return Optional.empty();
        }
        TimedKey<BytesView> timed = timed(key);
        return Optional.of(new StoredEntry(timed.key(), ofSession(timed.sequence(), timed.time()), value));
    }

    private static List<Time> ofSession(long start, long end) {
        return List.of(Time.of("start", start), Time.of("end", end));
    }

    private static Optional<StoredEntry> version(BytesView key, BytesView value) {
        if (tag(key) == Tag.BY_KEY) {
            Timestamped<BytesView> newest = TIMESTAMPED.read(value);
            return Optional.of(
                    new StoredEntry(keyBehindTag(key), List.of(Time.of("from", newest.timestamp())), newest.value()));
        }
        if (!isTimed(key)) {
            return Optional.empty();
        }
        TimedKey<BytesView> timed = timed(key);
        Optional<BytesView> past = PAST.read(value);
        List<Time> times = past.isPresent()
                ? List.of(Time.of("from", timed.sequence()), Time.of("to", timed.time()))
                : List.of(Time.of("deleted", timed.time()));
        return Optional.of(new StoredEntry(timed.key(), times, past.orElse(null)));
    }

    private static int tag(BytesView key) {
        return new BytesReader(key).readUnsignedByte();
    }

    private static BytesView keyBehindTag(BytesView key) {
        return new KeyFormat<>(BYTES).read(key);
    }

    /** Marks have no time of their own. */
    private static boolean isTimed(BytesView key) {
        return tag(key) == Tag.BY_TIME && !TimedFormat.isMark(key);
    }

    private static TimedKey<BytesView> timed(BytesView key) {
        return TimedFormat.read(key, BYTES);
    }
}
