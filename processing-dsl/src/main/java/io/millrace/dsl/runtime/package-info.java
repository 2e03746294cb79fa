/**
 * Runs a pipeline's topology on a log: loops, tasks, commits, restores.
 *
 * <p>Called by {@link io.millrace.dsl.Pipeline#start}, which finds {@link io.millrace.dsl.runtime.PipelineRuntime} as a service. May depend on
 * {@code io.millrace.dsl}, {@code plan},
 * {@code operator}, {@code query}, {@code metrics}, the APIs of log and transactions, {@code io.millrace.state} and {@code io.millrace.platform}; never on an engine.
 *
 * <ul>
 *   <li>R1: what a loop processed becomes visible, its state committed and its input offsets advanced by one transaction, or none of it does.
 *   <li>R2: state follows the log. Staged changes are promoted only after the log answered COMMITTED; whenever the answer is anything else, or
 *       none, they are dropped and the log is asked what is true.
 *   <li>R3: a task processes nothing before its state stands for everything that its predecessors committed: the changelog is read up to the
 *       end that it had when the task was assigned, open transactions of predecessors included, once they are decided.
 *   <li>R4: a source goes on where its last committed transaction ended; that position is read after the predecessor was fenced.
 *   <li>R5: loops share nothing but the log, the state database, and what they tell of themselves; a task has one owner at a time.
 *   <li>R6: nothing here sleeps, reads a clock of its own or starts a thread: all of it is steps on the world's scheduler.
 *   <li>R7: all that is due by the event time that a prefix of the input brings fires before that prefix is committed, in its transaction; what is
 *       due by the clock fires in one of its own, if none is open. A timer is neither skipped nor fired twice in what is committed.
 *   <li>R8: state that failed is reopened and replayed, never gone on with: the log may have committed what only some of the tasks followed.
 *   <li>R9: what an instance has in the log beside its group (transactional ids, names of members) begins with its identity, which no other
 *       instance of the application has, nor another application; a start fences what had the same identity, and nothing else. The transactional ids
 *       of sources are the application's.
 *   <li>R10: a source is read by one instance at a time, whose turn a group of the source's own decides; it goes on in another one when that ends. The
 *       election is for progress alone: what keeps R4 if two believe that it is their turn is the transactional id, which both have.
 *   <li>R11: no task runs before every global table of its instance has read what was committed in its topic at the start. A look-up meets what the tables'
 *       loop has committed before it, and never an older row than an earlier look-up of the instance did, over a restart, too.
 *   <li>R12: of a task's inputs the record that happened first is processed first, among those that are committed: a task goes on only when each of its inputs has
 *       shown its next record or is known to have none. What an input was asked to show stays to be read, and is committed only once it was processed.
 *   <li>R13: what is recorded of a topology is changed by one start at a time, in a transaction, when all that it names is there; what it gives up is deleted after that. An instance
 *       opens no store that is given up, under whatever name it knows it.
 *   <li>R14: from the moment at which a loop's code may be interrupted, its transaction is never committed and no error policy is asked.
 *   <li>R15: how far a task's event time has come is said in each partition of the topics that it writes for others, in the transaction of what brought it, behind its records, at most once in each. A
 *       task to which nothing comes says once that it is idle: at rest nothing is written.
 *   <li>R16: a transaction for which calls of {@code mapAsync} are under way is not committed; when it is time to, nothing new is begun. Whatever takes it back has its records come again, and
 *       those that were not to blame take up the answers that came, or are about to.
 * </ul>
 */
@NullMarked
package io.millrace.dsl.runtime;

import org.jspecify.annotations.NullMarked;
