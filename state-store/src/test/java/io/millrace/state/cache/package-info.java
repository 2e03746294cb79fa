/** Caches and how they share their memory. */
package io.millrace.state.cache;
