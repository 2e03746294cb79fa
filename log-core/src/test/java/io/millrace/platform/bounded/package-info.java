/** The bounded storage beside one that is not bounded. */
@NullMarked
package io.millrace.platform.bounded;

import org.jspecify.annotations.NullMarked;
