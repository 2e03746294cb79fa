/**
 * Opening a partition's files: what is trusted, what is checked, what is cut off, and when a person has to look.
 *
 * <p>Called by {@code partition}. May depend on {@code format}, {@code segment}, {@code producer} and {@code io.millrace.platform}.
 *
 * <ul>
 *   <li>R1: the recovery point is an offset below which everything is durable; it is written down only after that was made so.
 *   <li>R2: bytes below the recovery point are never cut off: if they are not what was written, the log does not open.
 *       The same holds below the end at which it was closed, while the system has run on since ({@code LastEnd}), and before every batch
 *       that is whole, if the process was killed and the system has run on since: then nothing is missing but the rest of the last write.
 *       A segment behind the end is judged by the same rule, also under a name that is not its own: what is whole in it is never deleted unasked,
 *       what holds nothing whole is deleted, and that is logged.
 *   <li>R3: otherwise the log ends before the first batch that is damaged or out of place: what is recovered is a prefix of what was
 *       appended. What stands behind is deleted; if whole batches are among it, as after a power cut, which takes what was not forced in any
 *       order, it is kept in {@code repair/} beside the partitions, where that holds less than 1 GiB with it, and a warning says so.
 *   <li>R4: recovery may be interrupted anywhere and repeated; what it removes is durably removed before anything new is appended,
 *       also if it is a recovery before it that removed it and was killed.
 *   <li>R5: the log starts at the log start offset that is written down, whatever files are left below it. What an interrupted change left is
 *       deleted or completed ({@code Leftover}) before anything is read.
 *   <li>R6: what can be told from other bytes is built again by the opening, silently; what cannot is never guessed: the opening refuses, and a
 *       repair says first what it would cost. What a repair takes out of the log is kept beside it.
 *   <li>R7: records may be deleted up to within a segment. Where they begin then is written down apart from the log start offset, which stays
 *       where a segment begins, and only after everything below was durable and so said the recovery point: no recovery cuts below it.
 * </ul>
 *
 * <table>
 * <caption>Every file of a data directory, when it is damaged, cut off, empty, garbage or gone</caption>
 * <tr><th>File</th><th>What becomes of it</th><th>What a repair costs</th></tr>
 * <tr><td>{@code .log}, below the recovery point</td><td>the partition refuses to open, or its reader to go on</td><td>everything of the
 *     partition from the damage on, and the transactions whose ends stand there</td></tr>
 * <tr><td>{@code .log}, behind it</td><td>cut at the first bad batch, and what is whole behind that kept (R3); refused as below the recovery
 *     point if something whole is behind it and no power cut came between (R2)</td><td>as below the recovery point</td></tr>
 * <tr><td>{@code .index}, {@code .timeindex}</td><td>not used; built again with the next change of the segment</td><td></td></tr>
 * <tr><td>{@code .txnindex}</td><td>built again from the segment on, which reads everything from there</td><td></td></tr>
 * <tr><td>{@code .snapshot}</td><td>deleted; an older one and the batches say the same</td><td></td></tr>
 * <tr><td>{@code .log.swap}, also if it was cut off between two batches, or no segment begins where it does</td><td>the partition refuses to
 *     open</td><td>nothing: the segments that it was to replace are used</td></tr>
 * <tr><td>{@code recovery-point}</td><td>damaged: the partition refuses to open; gone: all behind the log's start is checked</td><td>nothing of
 *     what is there; whether there was more cannot be told</td></tr>
 * <tr><td>{@code log-start}</td><td>the partition refuses to open</td><td>nothing; what retention was deleting may be seen again</td></tr>
 * <tr><td>{@code records-start}</td><td>the partition refuses to open</td><td>nothing; deleted records that share a segment with others are
 *     seen again</td></tr>
 * <tr><td>{@code first-dirty}</td><td>not used; the log is compacted from its start</td><td></td></tr>
 * <tr><td>a partition's directory, gone</td><td>the partition refuses to open</td><td>all of it</td></tr>
 * <tr><td>{@code topics}</td><td>the log refuses to open</td><td>settings in lines that make no sense any more, and for how long records are
 *     kept</td></tr>
 * <tr><td>{@code producer-ids}</td><td>the log refuses to open</td><td>nothing: a gap in the ids</td></tr>
 * <tr><td>{@code log-id}</td><td>the log refuses to open</td><td>the id, if the file holds none: state beside the log is built again</td></tr>
 * <tr><td>{@code clean-shutdown}</td><td>not used; every partition is recovered</td><td></td></tr>
 * <tr><td>{@code running}</td><td>not used; a power cut may have come between</td><td></td></tr>
 * <tr><td>{@code refused}</td><td>not used; partitions that were refused are judged as the two files before say</td><td></td></tr>
 * <tr><td>{@code .lock}, {@code .tmp}, {@code .cleaned}, {@code .deleted}</td><td>overwritten or deleted</td><td></td></tr>
 * </table>
 *
 * <p>Groups and transactions are kept in partitions, too. What is lost of their ends is forgotten: a group may read records a second time.
 */
@NullMarked
package io.millrace.log.embedded.recovery;

import org.jspecify.annotations.NullMarked;
