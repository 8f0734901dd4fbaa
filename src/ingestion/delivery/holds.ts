/** Places in logs that somebody still reads from, whatever was delivered meanwhile. */
export class Holds {
  readonly #held = new Map<string, Set<{ readonly sequence: number }>>()

  /** Keeps what comes after a sequence until the function is called. */
  hold(logId: string, sequence: number): () => void {
    const held = { sequence }
    const others = this.#held.get(logId)
    if (others) others.add(held)
    else this.#held.set(logId, new Set([held]))
    return () => {
      const all = this.#held.get(logId)
      all?.delete(held)
      if (all?.size === 0) this.#held.delete(logId)
    }
  }

  /** How far a log may be freed, of what `sequence` would allow. */
  limit(logId: string, sequence: number): number {
    let least = sequence
    for (const held of this.#held.get(logId) ?? []) {
      if (held.sequence < least) least = held.sequence
    }
    return least
  }
}
