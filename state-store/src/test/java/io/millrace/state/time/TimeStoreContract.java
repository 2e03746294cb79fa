package io.millrace.state.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.StateException;
import io.millrace.state.StoreContract;
import io.millrace.state.StoreSpec;
import io.millrace.state.Timestamped;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** What stores of time do on every backend, beside what the models say. */
public abstract class TimeStoreContract extends StoreContract {
    private static final long RETENTION = 1_000;
    private static final WindowSpec<String, Long> WINDOWS = WindowSpec.hopping(
            "windows",
            Serdes.string(),
            Serdes.int64(),
            Duration.ofMillis(20),
            Duration.ofMillis(10),
            Duration.ofMillis(RETENTION));
    private static final RecordSpec<String, Long> RECORDS =
            RecordSpec.of("records", Serdes.string(), Serdes.int64(), Duration.ofMillis(RETENTION));
    private static final RecordBufferSpec<String, Long> BUFFER =
            new RecordBufferSpec<>("buffer", Serdes.string(), Serdes.int64(), RETENTION, RETENTION);
    private static final SessionSpec<String, Long> SESSIONS = SessionSpec.of(
            "sessions", Serdes.string(), Serdes.int64(), Duration.ofMillis(30), Duration.ofMillis(RETENTION));
    private static final VersionedSpec<String, Long> VERSIONS =
            VersionedSpec.of("versions", Serdes.string(), Serdes.int64(), Duration.ofMillis(RETENTION));

    private static final VersionedTableSpec<String, Long> TABLE =
            new VersionedTableSpec<>("table", Serdes.string(), Serdes.int64(), RETENTION);
    private static final RecordQueueSpec<String, Long> QUEUE =
            new RecordQueueSpec<>("waiting", Serdes.string(), Serdes.int64());
    private static final TimerSpec<String> TIMERS = TimerSpec.eventTime("timers", Serdes.string());

    /** Puts it takes to be rid of everything that has expired: half as many as there are entries, and a step's. */
    private static final int PUTS = 20_000;

    private static final int STEP = 128;

    private static final WindowSpec<Long, Long> NUMBERED = WindowSpec.tumbling(
            "numbered", Serdes.int64(), Serdes.int64(), Duration.ofMillis(10), Duration.ofMillis(RETENTION));
    private static final SessionSpec<Long, Long> NUMBERED_SESSIONS = SessionSpec.of(
            "numbered-sessions", Serdes.int64(), Serdes.int64(), Duration.ofMillis(30), Duration.ofMillis(RETENTION));

    @Test
    void keysWithoutAnOrderHaveNoRangesAndAllOfThem() {
        open(NUMBERED, NUMBERED_SESSIONS);
        WindowStore<Long, Long> windows = store(NUMBERED);
        SessionStore<Long, Long> sessions = store(NUMBERED_SESSIONS);
        for (long key : new long[] {-1, 1}) {
            windows.put(key, 10, key);
            sessions.put(new Session<>(key, 5, 10), key);
        }
        String refusal =
                "' has no ranges of keys: its keys are int64, whose bytes do not sort as the values do. Declare it"
                        + " with a serde of OrderedSerdes that does, or ask for the order of the bytes with"
                        + " OrderedSerdes.inByteOrder(keySerde)";
        assertThatThrownBy(() -> windows.fetch(-1L, null, 0, 9))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("Store 'numbered" + refusal);
        assertThatThrownBy(() -> sessions.fetch(null, 1L))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("Store 'numbered-sessions" + refusal);
        assertThat(windows.all().toList()).extracting(Map.Entry::getValue).containsExactly(1L, -1L);
        assertThat(sessions.fetch(null, null, 6, 7).toList())
                .extracting(Map.Entry::getValue)
                .containsExactly(1L, -1L);
    }

    @Test
    void aRangeOfKeysReachesFromTheFirstTimeToTheLast() {
        open(WINDOWS);
        WindowStore<String, Long> windows = store(WINDOWS);
        long last = Math.floorDiv(Long.MAX_VALUE, 10) * 10;
        windows.put("a", last, 1L);
        windows.put("b", last, 2L);
        assertThat(windows.fetch("b", null, Long.MIN_VALUE, Long.MAX_VALUE).toList())
                .extracting(Map.Entry::getValue)
                .containsExactly(2L);
        assertThat(windows.fetch("b", "c", last, last).reversed().count()).isEqualTo(1);
        assertThat(windows.fetch("b", "a", Long.MIN_VALUE, Long.MAX_VALUE).toList())
                .isEmpty();
        assertThat(windows.fetch("a", "b", last - 9, last - 1).toList()).isEmpty();
    }

    @Test
    void recordsOfOneKeyAndTimeAreAllKeptAndTheSameOneIsReplaced() {
        open(RECORDS);
        RecordStore<String, Long> records = store(RECORDS);
        records.put("a", 5, 1, 10L);
        records.put("a", 5, 2, 20L);
        harness().commit();
        records.put("a", 5, 1, 11L);
        records.put("ab", 5, 1, 99L);

        assertThat(records.fetch("a", 5, 5).toList())
                .containsExactly(Map.entry(new TimedKey<>("a", 5, 1), 11L), Map.entry(new TimedKey<>("a", 5, 2), 20L));
    }

    @Test
    void sequencesAreNotGivenTwiceAlsoAfterACrash() {
        open(BUFFER);
        assertThat(store(BUFFER).add("a", 5, 1L)).isEqualTo(new TimedKey<>("a", 5, 0));
        harness().commit();
        store(BUFFER).add("a", 5, 2L);
        harness().crash();

        assertThat(store(BUFFER).add("b", 5, 3L)).isEqualTo(new TimedKey<>("b", 5, 1));
        assertThat(store(BUFFER).add("a", 5, 4L)).isEqualTo(new TimedKey<>("a", 5, 2));
        assertThat(store(BUFFER).fetch("a", 5, 5).toList())
                .containsExactly(Map.entry(new TimedKey<>("a", 5, 0), 1L), Map.entry(new TimedKey<>("a", 5, 2), 4L));
    }

    @Test
    void aBufferKeepsWhatIsBehindItsNewestRecordUntilItIsToldThatTimeHasPassed() {
        open(BUFFER);
        store(BUFFER).add("a", 9_000, 1L);
        assertThat(store(BUFFER).add("a", 5, 2L)).isNotNull();
        assertThat(store(BUFFER).fetch("a", 0, Long.MAX_VALUE).count()).isEqualTo(2);

        store(BUFFER).advanceTo(5 + RETENTION);
        assertThat(store(BUFFER).fetch("a", 0, 5).count()).isEqualTo(1);
        store(BUFFER).advanceTo(6 + RETENTION);
        assertThat(store(BUFFER).add("a", 5, 3L)).isNull();
        assertThat(store(BUFFER).fetch("a", 0, Long.MAX_VALUE).count()).isEqualTo(1);
    }

    @Test
    void theBytesOfBufferedRecordsGo() {
        open(BUFFER);
        // Those of the retention and its bucket, the clock, what was added, and what a step has left.
        checkBytesGo(BUFFER, RETENTION * 5 / 4 + 2 + STEP, time -> {
            store(BUFFER).advanceTo(time);
            store(BUFFER).add("k" + time % 3, time, time);
        });
    }

    @Test
    void whatIsOlderThanTheRetentionIsDroppedAndSaidToBe() {
        open(WINDOWS, RECORDS, SESSIONS, VERSIONS);
        assertThat(store(WINDOWS).put("a", 2_000, 1L)).isTrue();
        assertThat(store(WINDOWS).put("a", 1_000, 1L)).isTrue();
        assertThat(store(WINDOWS).put("a", 990, 1L)).isFalse();
        assertThat(store(RECORDS).put("a", 2_000, 0, 1L)).isTrue();
        assertThat(store(RECORDS).put("a", 1_000, 0, 1L)).isTrue();
        assertThat(store(RECORDS).put("a", 999, 0, 1L)).isFalse();
        assertThat(store(SESSIONS).put(new Session<>("a", 0, 2_000), 1L)).isTrue();
        assertThat(store(SESSIONS).put(new Session<>("a", 0, 1_000), 1L)).isTrue();
        assertThat(store(SESSIONS).put(new Session<>("a", 0, 999), 1L)).isFalse();
        assertThat(store(VERSIONS).put("a", 1L, 2_000)).isEqualTo(VersionedStore.Place.NEWEST);
        assertThat(store(VERSIONS).delete("b", 1_000)).isEqualTo(VersionedStore.Place.NEWEST);
        assertThat(store(VERSIONS).put("b", 1L, 999)).isEqualTo(VersionedStore.Place.NONE);
        assertThat(store(VERSIONS).delete("a", 999)).isEqualTo(VersionedStore.Place.NONE);
    }

    @Test
    void whatTimeItIsOutlivesACrashAndNotAnAbort() {
        open(WINDOWS, RECORDS, SESSIONS, VERSIONS);
        advanceAll(2_000);
        harness().commit();
        advanceAll(9_000);
        harness().abort();
        checkAllStandAt(2_000);
        harness().crash();
        checkAllStandAt(2_000);
        assertThat(store(RECORDS).put("a", 999, 0, 1L)).isFalse();
    }

    @Test
    void theBytesOfExpiredWindowsGo() {
        open(WINDOWS);
        // The windows of the retention, the clock, and what a step has left.
        checkBytesGo(WINDOWS, 3 * 101 + 1 + STEP, time -> store(WINDOWS).put("k" + time % 3, time / 10 * 10, time));
    }

    @Test
    void theBytesOfExpiredRecordsGo() {
        open(RECORDS);
        checkBytesGo(RECORDS, RETENTION * 5 / 4 + STEP, time -> store(RECORDS).put("k" + time % 3, time, 0, time));
    }

    @Test
    void theBytesOfExpiredSessionsGoAlsoThoseOfKeysThatNeverComeAgain() {
        open(SESSIONS);
        // An entry and a mark each.
        checkBytesGo(
                SESSIONS,
                2 * (RETENTION * 9 / 8 + STEP),
                time -> store(SESSIONS).put(new Session<>("k" + time, time, time), time));
    }

    @Test
    void nothingIsLeftOfSessionsThatWereRemovedHoweverLongTheyAreKept() {
        SessionSpec<String, Long> forEver =
                new SessionSpec<>("sessions", Serdes.string(), Serdes.int64(), 30, Long.MAX_VALUE);
        open(forEver);
        for (int i = 0; i < 1_000; i++) {
            store(forEver).put(new Session<>("k" + i % 100, i, i), 1L);
            store(forEver).put(new Session<>("k" + i % 100, i - 5, i - 2), 1L);
        }
        harness().commit();
        for (int i = 0; i < 1_000; i++) {
            store(forEver).remove(new Session<>("k" + i % 100, i, i));
            store(forEver).remove(new Session<>("k" + i % 100, i - 5, i - 2));
        }
        harness().commit();
        harness().flush();

        // The clock.
        assertThat(harness().contentOfBackend(forEver)).hasSize(1);
    }

    @Test
    void theBytesOfOldVersionsAndDeletionsGo() {
        open(VERSIONS);
        checkBytesGo(VERSIONS, RETENTION * 17 / 16 + STEP, time -> {
            if (time % 2 == 0) {
                store(VERSIONS).put("k" + time % 7, time, time);
            } else {
                store(VERSIONS).delete("k" + time % 7, time);
            }
        });
    }

    @Test
    void aJumpOfTimeRemovesAllAtOnceFromSightAndByAndByFromTheStore() {
        open(WINDOWS);
        for (int key = 0; key < 3_000; key++) {
            store(WINDOWS).put("k" + key, 0, 1L);
        }
        harness().commit();
        harness().flush();

        store(WINDOWS).put("now", 1_000_000, 1L);
        assertThat(store(WINDOWS).fetchAll(Long.MIN_VALUE, Long.MAX_VALUE).count())
                .isEqualTo(1);
        assertThat(store(WINDOWS).fetch("k1", 0)).isNull();
        int most = 0;
        for (int put = 0; put < 3_000; put += 100) {
            for (int i = 0; i < 100; i++) {
                store(WINDOWS).put("now", 1_000_000, 2L);
            }
            most = Math.max(most, harness().commit());
        }
        harness().flush();

        assertThat(most).isBetween(STEP, 2 * STEP + 2);
        assertThat(harness().contentOfBackend(WINDOWS)).hasSize(2);
    }

    @Test
    void whatHasExpiredGoesWhenTimeIsToldToo() {
        open(WINDOWS);
        for (int key = 0; key < 100; key++) {
            store(WINDOWS).put("k" + key, 0, 1L);
        }
        store(WINDOWS).advanceTo(RETENTION + 1);
        harness().commit();
        harness().flush();

        // The clock.
        assertThat(harness().contentOfBackend(WINDOWS)).hasSize(1);
    }

    @Test
    void whereTimeAloneMovesByLittleWhatHasExpiredGoesBeforeItIsMuch() {
        open(RECORDS);
        for (long time = 0; time < RETENTION; time++) {
            store(RECORDS).put("k", time, 0, 1L);
        }
        for (long time = RETENTION; time <= 2 * RETENTION; time++) {
            store(RECORDS).advanceTo(time);
        }
        harness().commit();
        harness().flush();

        // The clock, a bucket that has not expired as a whole, and a sixty-fourth of the retention.
        assertThat((long) harness().contentOfBackend(RECORDS).size()).isBetween(1L, 2 + RETENTION / 4 + RETENTION / 64);
    }

    @Test
    void arraysAreKeysByTheirBytes() {
        WindowSpec<byte[], Long> spec = WindowSpec.tumbling(
                "arrays", new ArraySerde(), Serdes.int64(), Duration.ofMillis(10), Duration.ofMillis(RETENTION));
        open(spec);
        byte[] first = {1};
        store(spec).put(first, 0, 1L);
        store(spec).put(new byte[] {1}, 0, 2L);

        assertThat(store(spec).fetch(first, 0)).isEqualTo(2L);
        assertThat(store(spec).fetch(first, 0, 0).count()).isEqualTo(1);
    }

    @Test
    void nullIsNoValueAndChangesNothing() {
        open(WINDOWS, RECORDS, SESSIONS, VERSIONS);
        assertThatNullPointerException()
                .isThrownBy(() -> store(WINDOWS).put("a", 0, null))
                .withMessage(
                        "Store 'windows' takes no null as a value: call remove(key, start) to remove what is there");
        assertThatNullPointerException()
                .isThrownBy(() -> store(RECORDS).put("a", 0, 0, null))
                .withMessageContaining("remove(key, time, sequence)");
        assertThatNullPointerException()
                .isThrownBy(() -> store(SESSIONS).put(new Session<>("a", 0, 0), null))
                .withMessageContaining("remove(session)");
        assertThatNullPointerException()
                .isThrownBy(() -> store(SESSIONS).put(null, 1L))
                .withMessage("Store 'sessions' takes no null as a key");
        assertThatNullPointerException()
                .isThrownBy(() -> store(VERSIONS).put("a", null, 0))
                .withMessageContaining("delete(key, timestamp)");
        assertThatNullPointerException()
                .isThrownBy(() -> store(VERSIONS).put(null, 1L, 0))
                .withMessage("Store 'versions' takes no null as a key");
        assertThat(harness().commit()).isZero();
        checkAllStandAt(Long.MIN_VALUE);
    }

    @Test
    void aWindowBeginsAtAMultipleOfTheAdvance() {
        open(WINDOWS);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> store(WINDOWS).put("a", 15, 1L))
                .withMessageContaining("multiples of 10 ms");
        assertThat(store(WINDOWS).put("a", -20, 1L)).isTrue();
        assertThat(store(WINDOWS).fetch("a", -100, 100).toList())
                .containsExactly(Map.entry(new Windowed<>("a", -20, 0), 1L));
    }

    @Test
    void extremeTimesAreTimes() {
        open(RECORDS, VERSIONS, SESSIONS);
        store(RECORDS).put("a", Long.MIN_VALUE + 1, 0, 1L);
        store(SESSIONS).put(new Session<>("a", Long.MIN_VALUE + 1, Long.MIN_VALUE + 2), 1L);
        assertThat(store(RECORDS).fetch("a", Long.MIN_VALUE, Long.MAX_VALUE).count())
                .isEqualTo(1);
        assertThat(store(SESSIONS).fetch("a").count()).isEqualTo(1);
        store(RECORDS).put("a", Long.MAX_VALUE, 0, 2L);
        store(SESSIONS).put(new Session<>("a", Long.MAX_VALUE, Long.MAX_VALUE), 2L);
        store(VERSIONS).put("a", 3L, Long.MAX_VALUE);
        store(VERSIONS).put("a", 2L, Long.MAX_VALUE - 1);

        assertThat(store(RECORDS).fetch("a", Long.MIN_VALUE, Long.MAX_VALUE).toList())
                .containsExactly(Map.entry(new TimedKey<>("a", Long.MAX_VALUE, 0), 2L));
        assertThat(store(SESSIONS).fetch("a").toList())
                .containsExactly(Map.entry(new Session<>("a", Long.MAX_VALUE, Long.MAX_VALUE), 2L));
        assertThat(store(VERSIONS).get("a", Long.MAX_VALUE - 1)).isEqualTo(new Timestamped<>(2L, Long.MAX_VALUE - 1));
        assertThat(store(VERSIONS).get("a")).isEqualTo(new Timestamped<>(3L, Long.MAX_VALUE));
    }

    @Test
    void theRetentionMayBeChangedAndTheWindowsMayNot() {
        open(RECORDS, WINDOWS);
        store(RECORDS).put("a", 5_000, 0, 1L);
        store(RECORDS).put("a", 5_100, 0, 2L);
        store(WINDOWS).put("a", 0, 1L);
        harness().commit();
        RecordSpec<String, Long> longer =
                RecordSpec.of("records", Serdes.string(), Serdes.int64(), Duration.ofMillis(7_777));
        harness().openInstead(longer);

        // With other buckets by its own measure: those that are there count.
        store(longer).put("a", 5_200, 0, 3L);
        assertThat(store(longer).fetch("a", 0, 9_000).count()).isEqualTo(3);
        assertThatThrownBy(() -> harness()
                        .openInstead(WindowSpec.tumbling(
                                "windows",
                                Serdes.string(),
                                Serdes.int64(),
                                Duration.ofMillis(20),
                                Duration.ofMillis(RETENTION))))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("the advance was 10 ms and is 20 ms");
    }

    @Test
    void timersAreTakenInTheOrderOfTimeAndStayUntilThen() {
        open(TIMERS);
        store(TIMERS).set("b", 30);
        store(TIMERS).set("a", 30);
        store(TIMERS).set("c", 10);
        store(TIMERS).set("c", 10);
        harness().commit();
        store(TIMERS).advanceTo(1_000_000);
        harness().commit();
        harness().crash();

        assertThat(store(TIMERS).takeUntil(9)).isNull();
        assertThat(store(TIMERS).takeUntil(30)).isEqualTo(new Timer<>("c", 10));
        assertThat(store(TIMERS).takeUntil(30)).isEqualTo(new Timer<>("a", 30));
        harness().abort();
        store(TIMERS).cancel("a", 30);
        assertThat(store(TIMERS).takeUntil(30)).isEqualTo(new Timer<>("c", 10));
        assertThat(store(TIMERS).takeUntil(30)).isEqualTo(new Timer<>("b", 30));
        assertThat(store(TIMERS).takeUntil(Long.MAX_VALUE)).isNull();
        assertThat(store(TIMERS).next()).isEqualTo(Timers.NEVER);
    }

    @Test
    void aTimerMayBeSetForATimeThatIsOver() {
        open(TIMERS);
        store(TIMERS).set("a", 30);
        assertThat(store(TIMERS).takeUntil(40)).isNotNull();
        store(TIMERS).advanceTo(40);
        harness().commit();
        store(TIMERS).set("b", 5);
        harness().commit();
        harness().crash();
        store(TIMERS).set("a", 20);

        assertThat(store(TIMERS).takeUntil(40)).isEqualTo(new Timer<>("b", 5));
        assertThat(store(TIMERS).takeUntil(40)).isEqualTo(new Timer<>("a", 20));
    }

    @Test
    void theBytesOfTakenTimersGo() {
        open(TIMERS);
        for (int time = 0; time < 3_000; time++) {
            store(TIMERS).set("k" + time % 7, time);
        }
        harness().commit();
        harness().flush();
        assertThat(harness().contentOfBackend(TIMERS)).hasSize(3_000);
        while (store(TIMERS).takeUntil(2_998) != null) {}
        harness().commit();
        harness().flush();

        assertThat(harness().contentOfBackend(TIMERS)).hasSize(1);
    }

    @Test
    void aTimeThatNoClockWillSayIsRefused() {
        open(TIMERS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store(TIMERS).set("a", -1))
                .withMessageContaining("'timers'")
                .withMessageContaining("-1");
        assertThatIllegalArgumentException().isThrownBy(() -> store(TIMERS).set("a", Timers.NEVER));
    }

    @Test
    void timersOfAnotherClockAreAnotherStore() {
        open(TIMERS);
        store(TIMERS).set("a", 1);
        harness().commit();
        assertThatThrownBy(() -> harness().openInstead(TimerSpec.wallClock("timers", Serdes.string())))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("the clock was event time and is wall clock");
    }

    @Test
    void aTablesHistoryIsCountedFromWhatItWasToldAndNotFromWhatWasPut() {
        open(TABLE);
        store(TABLE).put("a", 1L, 10);
        store(TABLE).put("a", 2L, 10 * RETENTION);
        assertThat(store(TABLE).get("a", 10)).isEqualTo(new Timestamped<>(1L, 10));
        assertThat(store(TABLE).put("a", 3L, 5)).isEqualTo(VersionedStore.Place.PAST);

        store(TABLE).advanceTo(11 + RETENTION);
        harness().commit();
        harness().crash();
        assertThat(store(TABLE).get("a", 10)).isNull();
        assertThat(store(TABLE).get("a", 11)).isEqualTo(new Timestamped<>(1L, 10));
        assertThat(store(TABLE).put("a", 4L, 10)).isEqualTo(VersionedStore.Place.NONE);
    }

    @Test
    void noTimeThatATableIsToldMakesItsFirstChangesTooOld() {
        open(TABLE);
        store(TABLE).put("a", 1L, 10);
        store(TABLE).advanceTo(100 * RETENTION);
        assertThat(store(TABLE).streamTime()).isEqualTo(10);
        assertThat(store(TABLE).put("b", 2L, 5)).isEqualTo(VersionedStore.Place.NEWEST);
    }

    @Test
    void theBytesOfOldVersionsOfATableGo() {
        open(TABLE);
        checkBytesGo(TABLE, RETENTION * 17 / 16 + STEP, time -> {
            store(TABLE).put("k" + time % 7, time, time);
            store(TABLE).advanceTo(time);
        });
    }

    @Test
    void recordsWaitForTheirTimeAndAreTakenInItsOrder() {
        open(QUEUE);
        store(QUEUE).add("b", 30, 1L);
        store(QUEUE).add("a", 30, 2L);
        store(QUEUE).add("c", 10, 3L);
        store(QUEUE).add("c", 10, 4L);
        store(QUEUE).advanceTo(1_000_000);
        harness().commit();
        harness().crash();

        assertThat(store(QUEUE).takeUntil(9)).isNull();
        assertThat(store(QUEUE).takeUntil(30)).isEqualTo(new RecordQueue.Waiting<>("c", 10, 3L));
        assertThat(store(QUEUE).takeUntil(30)).isEqualTo(new RecordQueue.Waiting<>("c", 10, 4L));
        harness().abort();
        store(QUEUE).add("d", 5, 5L);
        for (long value : new long[] {5, 3, 4, 1, 2}) {
            assertThat(store(QUEUE).takeUntil(30))
                    .isNotNull()
                    .extracting(RecordQueue.Waiting::value)
                    .isEqualTo(value);
        }
        assertThat(store(QUEUE).takeUntil(Long.MAX_VALUE)).isNull();
        assertThat(store(QUEUE).next()).isEqualTo(RecordQueue.NEVER);
        assertThat(store(QUEUE).greatestTime()).isEqualTo(30);
    }

    @Test
    void theBytesOfTakenRecordsGo() {
        open(QUEUE);
        for (int time = 0; time < 3_000; time++) {
            store(QUEUE).add("k" + time % 7, time, 1L);
        }
        harness().commit();
        harness().flush();
        while (store(QUEUE).takeUntil(2_998) != null) {}
        harness().commit();
        harness().flush();

        // The last one, and what was added.
        assertThat(harness().contentOfBackend(QUEUE)).hasSize(2);
    }

    @Test
    void aRecordThatNoTimeLetsGoIsRefused() {
        open(QUEUE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store(QUEUE).add("a", -1, 1L))
                .withMessageContaining("'waiting'")
                .withMessageContaining("-1");
        assertThatIllegalArgumentException().isThrownBy(() -> store(QUEUE).add("a", RecordQueue.NEVER, 1L));
    }

    private static final class ArraySerde implements Serde<byte[]> {
        @Override
        public void write(byte[] value, BytesWriter out) {
            out.putBytes(value);
        }

        @Override
        public byte[] read(BytesView in) {
            return in.toByteArray();
        }

        @Override
        public String name() {
            return "array";
        }
    }

    private void checkBytesGo(StoreSpec<?> spec, long most, LongConsumer change) {
        for (long time = 0; time < PUTS; time++) {
            change.accept(time);
            if (time % 1_000 == 0) {
                harness().commit();
                harness().flush();
                assertThat(harness().contentOfBackend(spec).size()).isLessThanOrEqualTo((int) most);
            }
        }
        assertThat(harness().contentOfBackend(spec).size()).isGreaterThan(100);
    }

    private void advanceAll(long time) {
        store(WINDOWS).advanceTo(time);
        store(RECORDS).advanceTo(time);
        store(SESSIONS).advanceTo(time);
        store(VERSIONS).advanceTo(time);
    }

    private void checkAllStandAt(long time) {
        assertThat(store(WINDOWS).streamTime()).isEqualTo(time);
        assertThat(store(RECORDS).streamTime()).isEqualTo(time);
        assertThat(store(SESSIONS).streamTime()).isEqualTo(time);
        assertThat(store(VERSIONS).streamTime()).isEqualTo(time);
    }
}
