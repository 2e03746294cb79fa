/** Tests of the doors to the world. */
@NullMarked
package io.millrace.platform.sim;

import org.jspecify.annotations.NullMarked;
