/** Overlays against a model. */
package io.millrace.state.overlay;
