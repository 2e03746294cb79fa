@NullMarked
package io.millrace.examples.local;

import org.jspecify.annotations.NullMarked;
