/**
 * The best sessions of a game's players, country by country: session windows, a global table of the players, and a list that is kept per country.
 *
 * <p>Called by {@code io.millrace.examples}. May depend on the DSL and on {@code local}.
 */
@NullMarked
package io.millrace.examples.leaderboard;

import org.jspecify.annotations.NullMarked;
