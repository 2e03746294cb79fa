/**
 * State that rests in RocksDB.
 *
 * <p>Called by whoever opens an application's state. May depend on {@code io.millrace.state}, {@code io.millrace.serde}, {@code
 * io.millrace.platform.file} and {@code .system}, since RocksDB has the real world, and RocksDB; the only package that knows RocksDB's classes.
 *
 * <ul>
 *   <li>K1: changes and the positions they reach are in one write batch over all column families, and all are flushed at the same batch,
 *       so a kill leaves both or neither.
 *   <li>K2: batches survive in the order in which they were written: what is left after a kill or a power loss is a prefix of them.
 *   <li>K3: a directory belongs to one log for ever; another log's state is refused, never overwritten.
 *   <li>K4: every native handle is owned by one {@code NativeHandles}, closed in reverse order; no thread is inside RocksDB then.
 *   <li>K5: blocks, indexes, filters and write buffers share one cache; what is written and in no file exceeds its part by one batch at
 *       most, because the writer then waits for a flush.
 *   <li>K6: who reads state that another process may own writes nothing into its directory, and holds all files of the moment that it sees.
 *   <li>K7: where a database was, none is made anew: files that are not there, or not of their length, are damage, told at every opening, and
 *       nothing is removed. A list of files that ends early, as a power cut leaves it, is an earlier moment: its positions are of the same moment
 *       (K1), so more is replayed, and nothing is wrong. The time at which it was used is of that moment as well, so that it begins anew if its
 *       changelog has forgotten deletions since (S9).
 *   <li>K8: what is not sure to find room on the device is refused before RocksDB meets a full one.
 * </ul>
 */
@NullMarked
package io.millrace.state.rocksdb;

import org.jspecify.annotations.NullMarked;
