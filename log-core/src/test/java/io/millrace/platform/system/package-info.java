/** Tests of the doors to the world. */
@NullMarked
package io.millrace.platform.system;

import org.jspecify.annotations.NullMarked;
