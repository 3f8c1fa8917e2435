"""Running notebooks and publishing packs: strict, whole or absent."""
