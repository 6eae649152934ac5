/**
 * A region as one page for a browser: what it holds, who holds it, what is leaked and what was wrong.
 *
 * <p>The page needs nothing besides itself and talks to nobody; its own policy forbids it any script but the one it
 * brings. Whatever comes out of a region passes {@link io.shm.cli.report.Html#text} or is data that no browser runs. What
 * could be long (sites, leaks, the map) is bounded, and says what it left out.
 */
package io.shm.cli.report;
