import type { Clock, LakeError } from '#kit'

/** After a successful call, another one for the same consumer and shard is refused so long. */
const guardMs = 5_000

export interface Slot {
  readonly startedAtMs: number
  /** Aborted, with an error as reason, when the subscription was taken over or lost its consumer. */
  readonly signal: AbortSignal
}

interface HeldSlot extends Slot {
  readonly name: string
  readonly consumerArn: string
  readonly controller: AbortController
  isReleased: boolean
}

/**
 * One subscription for each consumer and shard: within five seconds of a successful call the next is refused, later
 * it takes over (https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html).
 */
export class SubscriptionSlots {
  readonly #clock: Clock
  /** In the order of their start. */
  readonly #held = new Map<string, HeldSlot>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Throws `inUse` within the guard time; later the one that holds the place is ended with it. */
  take(consumerArn: string, shardId: string, inUse: LakeError): Slot {
    const name = `${consumerArn} ${shardId}`
    const now = this.#clock.now()
    const holder = this.#held.get(name)
    if (holder && isGuarded(holder, now)) throw inUse
    if (holder) {
      this.#held.delete(name)
      holder.controller.abort(inUse)
    }
    this.#sweep(now)
    const controller = new AbortController()
    const slot = {
      name,
      consumerArn,
      controller,
      signal: controller.signal,
      startedAtMs: now,
      isReleased: false,
    }
    this.#held.set(name, slot)
    return slot
  }

  /** The subscription has ended. Its place is kept for as long as the guard time lasts. */
  release(slot: Slot): void {
    const held = slot as HeldSlot
    held.isReleased = true
    if (isGuarded(held, this.#clock.now())) return
    if (this.#held.get(held.name) === held) this.#held.delete(held.name)
  }

  end(consumerArn: string, error: LakeError): void {
    for (const slot of this.#held.values()) {
      if (slot.consumerArn === consumerArn) slot.controller.abort(error)
    }
  }

  /** Forgets those that ended within their guard time, which is over now. */
  #sweep(nowMs: number): void {
    for (const [name, slot] of this.#held) {
      if (slot.isReleased && !isGuarded(slot, nowMs)) this.#held.delete(name)
    }
  }
}

/** A clock that was set back must not keep a consumer out until it has caught up. */
function isGuarded({ startedAtMs }: Slot, nowMs: number): boolean {
  return nowMs >= startedAtMs && nowMs - startedAtMs < guardMs
}
