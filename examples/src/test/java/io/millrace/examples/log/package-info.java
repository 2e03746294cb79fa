@NullMarked
package io.millrace.examples.log;

import org.jspecify.annotations.NullMarked;
