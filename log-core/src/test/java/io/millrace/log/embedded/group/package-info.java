@NullMarked
package io.millrace.log.embedded.group;

import org.jspecify.annotations.NullMarked;
