/**
 * The language in which a user writes a pipeline, and the handles by which it is started and watched.
 *
 * <p>Called by users. May depend on the APIs of log and transactions, {@code io.millrace.serde}, on {@code metrics},
 * {@code io.millrace.state} and {@code io.millrace.platform}; never on {@code plan}, {@code operator} or {@code runtime}, which depend on it: {@link
 * io.millrace.dsl.Pipeline#start} finds the runtime as a service.
 *
 * <ul>
 *   <li>D1: a {@link io.millrace.dsl.Pipeline} that exists is legal; every error that can be known before a start is thrown by
 *       {@code build()} and says what to write instead.
 *   <li>D2: types are checked by the stages; behind them steps are erased, and no cast can fail at run time.
 *   <li>D3: what outlives a restart (stores, positions of sources, topics) has a name that the user gave it.
 * </ul>
 */
@NullMarked
package io.millrace.dsl;

import org.jspecify.annotations.NullMarked;
