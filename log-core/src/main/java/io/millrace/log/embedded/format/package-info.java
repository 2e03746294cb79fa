/**
 * Bytes and records: Kafka's record batch format, version 2, written and read byte for byte, compressed with any of Kafka's codecs or not.
 * Pure: no file, no clock, no thread; but native libraries, which unpack themselves when a codec is first used.
 *
 * <p>Called by segments, recovery, the partition's writer and readers, the transaction coordinator and the producers. Depends on the types
 * of {@code io.millrace.log} and on {@code io.millrace.serde}.
 *
 * <p>The checksum covers everything from the attributes to the batch's end. It does not cover base offset, length, leader epoch and magic:
 * a wrong length or magic shows at once, the leader epoch is not used, and the <em>base offset must be checked by whoever knows the batch
 * before</em> (in a log that is not compacted it is the former batch's last offset plus one).
 *
 * <ul>
 *   <li>F1: what {@link io.millrace.log.embedded.format.BatchBuilder} writes, Kafka's own classes read, and the other way round.
 *   <li>F2: bytes that are no batch end in {@link io.millrace.log.CorruptionException} or in {@code isValid() == false}, in no other way.
 *   <li>F3: nothing is allocated by a size or count that the bytes declare, before the bytes themselves were seen.
 *   <li>F4: reading and writing a record allocates nothing, but for headers that are asked for.
 *   <li>F5: a compressed batch inflates to a limit at the most, by the bytes that come out and not by a ratio: honest records of zeros reach
 *       any. Memory grows with what came out. A batch beyond the limit is an error of its own, which damage is not.
 *   <li>F6: the checksum is that of the compressed bytes, so segments, recovery and indexes never inflate. Markers are not compressed.
 * </ul>
 */
@NullMarked
package io.millrace.log.embedded.format;

import org.jspecify.annotations.NullMarked;
