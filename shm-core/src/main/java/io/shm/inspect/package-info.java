/**
 * A read-only picture of a region as plain records, for the command line, reports and tests.
 *
 * <p>Floor 5. It maps the region read-only, stops nobody, and works on a copied file, where the owners' state is
 * {@code unknown}. Consistent per record, not one instant. Every offset is checked before use.
 */
package io.shm.inspect;
