/** What must hold, and the machinery that tries to break it. */
@NullMarked
package io.millrace.proof;

import org.jspecify.annotations.NullMarked;
