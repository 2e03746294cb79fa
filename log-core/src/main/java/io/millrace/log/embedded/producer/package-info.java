/**
 * What a partition knows of its producers, so that each of their batches stands in it once and in order.
 *
 * <p>Called by {@code recovery} and {@code partition}. May depend on {@code format}, {@code segment} (names of files) and
 * {@code io.millrace.platform}.
 *
 * <ul>
 *   <li>Q1: {@link io.millrace.log.embedded.producer.SequenceRule} decides, {@link io.millrace.log.embedded.producer.ProducerStateTable}
 *       applies; the same {@code apply} serves the live log and its replay.
 *   <li>Q2: the table after the batches up to an offset depends on these batches alone; a snapshot at an offset plus the batches behind it
 *       give the same decisions, except that the window of duplicates reaches back to the snapshot's last batch only.
 *   <li>Q3: a snapshot that is damaged is noticed (CRC-32C) and not used.
 *   <li>Q4: a producer of which nothing came for a day is forgotten, whatever timestamps its records have; never one whose transaction is
 *       open. What retention deletes is no reason to forget.
 * </ul>
 */
@NullMarked
package io.millrace.log.embedded.producer;

import org.jspecify.annotations.NullMarked;
