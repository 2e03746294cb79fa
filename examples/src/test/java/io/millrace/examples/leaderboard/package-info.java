@NullMarked
package io.millrace.examples.leaderboard;

import org.jspecify.annotations.NullMarked;
