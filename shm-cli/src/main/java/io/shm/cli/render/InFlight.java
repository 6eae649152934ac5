package io.shm.cli.render;

import io.shm.inspect.BlockRow;

/** A block that lies in a channel. */
public record InFlight(String channel, BlockRow block) {}
