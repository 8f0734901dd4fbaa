/** A path that cannot be evaluated over an item: what ON ERROR decides about. */
export class PathError extends Error {}
