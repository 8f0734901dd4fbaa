import { keyText } from './registry.ts'
import type { StreamKey } from './store.ts'

interface Gate {
  writers: number
  /** Set while the shards of the stream are being changed. */
  closed?: Promise<void>
  /** Called when the last writer has left. */
  emptied?: () => void
}

/**
 * Keeps writers out of a stream while its shards change, so that no record is added to a shard after
 * its end was taken.
 */
export class WriteGates {
  readonly #gates = new Map<string, Gate>()

  /** Counts the caller as a writer until `leave`; or, when the gate is closed, what to wait for before trying again. */
  enter(key: StreamKey): Promise<void> | undefined {
    const gate = this.#gate(key)
    if (gate.closed) return gate.closed
    gate.writers += 1
    return undefined
  }

  leave(key: StreamKey): void {
    const gate = this.#gate(key)
    gate.writers -= 1
    if (gate.writers > 0) return
    gate.emptied?.()
    if (!gate.closed) this.#gates.delete(keyText(key))
  }

  /** Runs `work` when all writers have left, and lets nobody in until it has ended. One at a time for each stream. */
  async alone<R>(key: StreamKey, work: () => Promise<R>): Promise<R> {
    let gate = this.#gate(key)
    while (gate.closed) {
      await gate.closed
      gate = this.#gate(key)
    }
    let open = () => {}
    gate.closed = new Promise((resolve) => (open = resolve))
    try {
      if (gate.writers > 0) await new Promise<void>((resolve) => (gate.emptied = resolve))
      return await work()
    } finally {
      delete gate.closed
      delete gate.emptied
      this.#gates.delete(keyText(key))
      open()
    }
  }

  #gate(key: StreamKey): Gate {
    const name = keyText(key)
    let gate = this.#gates.get(name)
    if (!gate) this.#gates.set(name, (gate = { writers: 0 }))
    return gate
  }
}
