@NullMarked
package io.millrace.log.embedded;

import org.jspecify.annotations.NullMarked;
