/**
 * What a region holds, in the formats of tools that people have: one class a format.
 *
 * <p>Each takes the inspector's rows and writes. Whatever text comes out of a region is escaped as the format asks, or
 * made harmless where a format has no way to escape.
 */
package io.shm.cli.export;
