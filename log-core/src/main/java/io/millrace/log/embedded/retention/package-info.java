/**
 * What becomes of old records: whole segments are deleted ({@link io.millrace.log.embedded.retention.Retention}), superseded records are
 * removed ({@link io.millrace.log.embedded.retention.Compaction}). {@link io.millrace.log.embedded.retention.Cleaner} does both, a bounded piece a step, in a loop of its own.
 *
 * <p>Called by the engine. May depend on {@code format}, {@code segment}, {@code producer} (what has to stay) and {@code partition}, through
 * {@link io.millrace.log.embedded.partition.PartitionCleaning} alone.
 *
 * <ul>
 *   <li>T1: only closed segments are touched that are durable, decided, and no longer needed by a recovery: below the last stable offset and
 *       the recovery point. An open transaction keeps whatever came after its first record.
 *   <li>T2: a deleted offset stays deleted, whatever crashes: the log start offset is written down before a file is touched.
 *   <li>T3: nobody who reads is disturbed: a file is closed when its last reader is gone, and who is inside deleted segments may go on for a
 *       while.
 *   <li>T4: compaction leaves no hole: what is removed is replaced by batches without records, so that base and last offsets go on without a
 *       gap and damage is noticed as before. Batches keep their offsets, producers and sequences.
 *   <li>T5: of each key, the newest record that is committed stays; an older one never comes back. A record without a value goes only after
 *       everything older of its key is gone, durably, and its delete horizon has passed.
 *   <li>T6: a marker goes only after a compaction that found no data of its transaction, and after its delete horizon. What it aborted may
 *       go before. Keys of markers are not looked at (KAFKA-14055).
 *   <li>T7: the last batch of each known producer stays, empty if need be.
 *   <li>T8: every partition is cleaned, whether somebody opened it or not, and whether something comes to it or not: what keeps its newest
 *       segment from being cleaned is closed when it should have been. One partition more is open for that, at the most.
 *   <li>T9: who cannot be cleaned is told once, and tried again when something has changed.
 * </ul>
 */
@NullMarked
package io.millrace.log.embedded.retention;

import org.jspecify.annotations.NullMarked;
