import { measureDelivery } from './measure.ts'
import type { DeliveryOptions } from './delivery.ts'
import type { Holds } from './holds.ts'
import { Lane, laneNames, targetOf } from './lane.ts'
import type { DeliveryRef, DeliveryStream, LaneName } from './records.ts'
import { sourceOf } from './source.ts'
import { trim } from './spent-logs.ts'
import { notFound } from './stream-rows.ts'
import type { LambdaParts } from './transforms/lambda.ts'
import { Turns } from './turns.ts'

/** A delivery stream at work. */
export interface Running {
  readonly stream: DeliveryStream
  /** Where commits and those who hold them up take turns. */
  readonly commits: Readonly<Record<LaneName, Turns>>
  readonly lanes: ReadonlyMap<LaneName, { readonly lane: Lane; readonly ended: Promise<void> }>
}

interface Entry extends Running {
  stream: DeliveryStream
  readonly lanes: Map<LaneName, { readonly lane: Lane; readonly ended: Promise<void> }>
  readonly controller: AbortController
}

/** The delivery streams of the server, each with its lanes. */
export class RunningStreams {
  readonly #options: DeliveryOptions
  readonly #transforming: LambdaParts
  readonly #holds: Holds
  readonly #entries = new Map<string, Entry>()
  readonly #byId = new Map<string, Entry>()

  constructor(options: DeliveryOptions, transforming: LambdaParts, holds: Holds) {
    this.#options = options
    this.#transforming = transforming
    this.#holds = holds
  }

  *streams(): Generator<DeliveryStream> {
    for (const { stream } of this.#entries.values()) yield stream
  }

  find(ref: DeliveryRef): Running | undefined {
    return this.#entries.get(keyOf(ref))
  }

  byId(id: string): Running | undefined {
    return this.#byId.get(id)
  }

  /** Error: `DeliveryStreamNotFound`. */
  get(ref: DeliveryRef): Running {
    return this.#get(ref)
  }

  start(stream: DeliveryStream): void {
    const entry: Entry = {
      stream,
      commits: { target: new Turns(), backup: new Turns() },
      lanes: new Map(),
      controller: new AbortController(),
    }
    this.#entries.set(keyOf(stream), entry)
    this.#byId.set(stream.id, entry)
    this.#startLanes(entry)
  }

  /** Goes on with other settings. */
  replace(before: Running, stream: DeliveryStream): void {
    const entry = before as Entry
    entry.stream = stream
    this.#startLanes(entry)
    for (const { lane } of entry.lanes.values()) lane.nudge()
  }

  /** Resolves when its lanes have ended. */
  async stop(running: Running): Promise<void> {
    const entry = running as Entry
    const key = keyOf(entry.stream)
    // Another of this name may have begun since.
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
    this.#byId.delete(entry.stream.id)
    entry.controller.abort()
    await Promise.allSettled([...entry.lanes.values()].map(({ ended }) => ended))
  }

  #get(ref: DeliveryRef): Entry {
    const found = this.#entries.get(keyOf(ref))
    if (found) return found
    throw notFound(ref)
  }

  #startLanes(entry: Entry): void {
    for (const name of laneNames) {
      if (entry.lanes.has(name) || !targetOf(entry.stream, name)) continue
      const lane = this.#lane(entry, name)
      const ended = this.#options.background.spawn(
        `delivery ${entry.stream.name}`,
        async (stopping) => {
          const signal = AbortSignal.any([stopping, entry.controller.signal])
          await lane.run(signal)
          if (signal.aborted) return
          // Its target was taken away. It may come back, or has meanwhile: then there is another lane.
          entry.lanes.delete(name)
          this.#startLanes(entry)
        },
      )
      entry.lanes.set(name, { lane, ended })
    }
  }

  #lane(entry: Entry, name: LaneName): Lane {
    const options = this.#options
    const { measure = () => undefined } = options
    return new Lane({
      ...options,
      transforming: this.#transforming,
      name,
      stream: () => (entry.controller.signal.aborted ? undefined : entry.stream),
      source: (stream) => sourceOf(stream, options.streams),
      commits: entry.commits[name],
      onDelivered: (batch, failed) => {
        measureDelivery(measure, batch, failed, options.clock.now())
        // As it is now: a backup that was begun while the batch was gathered has not read what the batch took.
        return trim(options, this.#holds, entry.stream)
      },
    })
  }
}

function keyOf({ accountId, region, name }: DeliveryRef): string {
  return `${accountId}/${region}/${name}`
}
