/**
 * Where every byte of a region lies: offsets, packed words and the geometry of slabs, as pure functions.
 *
 * <p>Floor 0. A class {@code XLayout} is a table of one structure and is compared with its own {@code FIELDS}
 * by a test; a class {@code XWord} packs and unpacks one 64-bit word. Nothing here reads or writes memory.
 * All values are little-endian, so a reader in another language needs only these tables.
 */
package io.shm.layout;
