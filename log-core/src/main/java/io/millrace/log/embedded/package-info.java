/**
 * The embedded engine: topics, producers, consumers and groups over partition logs in one directory, inside the caller's JVM.
 *
 * <p>Called by {@code io.millrace.transactions.embedded}, which adds the transaction coordinator and is what programs open. May depend on
 * every sub-package of this one and on {@code io.millrace.platform}; they never depend on it.
 *
 * <ul>
 *   <li>E1: one opening of a directory at a time; a second one is refused, in this process and in any other.
 *   <li>E2: the topic catalogue decides which topics exist. It is replaced atomically, before any partition of a new topic is written.
 *   <li>E3: the clean-shutdown marker is removed before anything is changed, and written last. It names the partitions that were not opened,
 *       and so not recovered, since the last unclean end, and those in which a transaction is open. All others were forced, or are named with
 *       their log end offset and the run of the operating system: a thousand forces make a close slow, and {@code PROCESS_CRASH} promises what
 *       the system has. In the same run all of that must be there, and a start refuses what is not; in another one a power cut may have come
 *       between, and nothing of it is trusted. Left unforced is only what is quickly checked (at most 1 MiB a partition), so that a start after
 *       the system's own restart is not slow either; with {@code POWER_LOSS}, of internal topics, and where the system does not tell its run,
 *       everything is forced.
 *       While the log is open, a file {@code running} names the run of the system and the partitions that are not recovered: after a kill in
 *       the same run, all others lack nothing but the rest of their last write, and the same is so at any moment before. Who reads the files without
 *       owning them goes by it, too.
 *   <li>E4: a producer id is handed out once in the life of a log, whatever crashes.
 *   <li>E5: a failed partition stops alone; the others go on, and the next open recovers. One that is damaged is looked through and logged once,
 *       and refused from then on, until the log is opened anew: a repair needs it closed.
 *   <li>E6: a topic's directories are durable before the catalogue names it; it is deleted by the catalogue that names it no more, and
 *       whatever it left is taken out of the way before a topic of that name can be created. So no topic is ever created onto old bytes, and
 *       a directory that is missing was removed by somebody else: that is told, never papered over.
 *   <li>E7: what an opening refuses, every later opening refuses until a repair, or until its files are put right: whoever opens it, whatever is
 *       closed or killed in between, and after a power cut. The refusal is durable when it is told: a file {@code refused} keeps how the partition
 *       was left, and by that alone it is judged, by openings, by those who only read, and by the repair. An opening that changed no batch
 *       takes nothing from what is known of a partition.
 * </ul>
 */
@NullMarked
package io.millrace.log.embedded;

import org.jspecify.annotations.NullMarked;
