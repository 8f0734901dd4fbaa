import { isLakeError } from '#kit'
import { mayDeliver } from '../access/permissions.ts'
import { loadCheckpoints, loadVersion } from '../checkpoints.ts'
import type { FlushParts } from '../flush.ts'
import type { Holds } from '../holds.ts'
import { placesIn, sequencesIn } from '../places.ts'
import { countOf, rangesOf } from '../ranges.ts'
import type { DeliveryStream, LaneName } from '../records.ts'
import type { Source } from '../source.ts'
import { tablesOf } from '../tables.ts'
import { createTransforms } from '../transforms/create-transforms.ts'
import type { Turns } from '../turns.ts'
import { unlessAborted } from '../unless-aborted.ts'
import type { Tips } from '../urgent.ts'
import type { LaneCut, TailLane } from './lane-cut.ts'
import { LaneTail } from './lane-tail.ts'
import { feeds } from './feeds.ts'
import type { Part } from './part.ts'
import type { TailCut, TailTable, Tails } from './tails.ts'

export interface TailParts extends FlushParts {
  readonly deliveryStreams: () => Iterable<DeliveryStream>
  readonly source: (stream: DeliveryStream) => Source
  /** A commit of the lane takes a turn here. */
  readonly commits: (stream: DeliveryStream, lane: LaneName) => Turns
  readonly holds: Holds
  /** Delivers a lane up to these places without delay. */
  readonly hurry: (stream: DeliveryStream, lane: LaneName, tips: Tips) => Promise<void>
}

/** A tail that no query asked for in this time is freed. */
const unusedMs = 60_000

export function createTails(parts: TailParts): Tails & { readonly forgetUnused: () => void } {
  const tails = new Map<string, LaneTail>()
  const tailOf = ({ stream, name }: TailLane): LaneTail => {
    const key = `${stream.id}/${name}`
    const known = tails.get(key)
    if (known) return known
    const made = new LaneTail(parts)
    tails.set(key, made)
    return made
  }

  return {
    cut: async (tables, { exclusive = false } = {}) => {
      const lanes = [...lanesFor(parts, tables)]
      if (lanes.length === 0) return undefined
      await using held = new AsyncDisposableStack()
      const turns = held.use(new AsyncDisposableStack())
      if (exclusive) await takeTurns(parts, lanes, turns)
      const cuts: LaneCut[] = []
      for (const lane of lanes) {
        const cut = await cutLane(parts, lane, held)
        if (cut) cuts.push(cut)
      }
      if (cuts.length === 0) return undefined
      const kept = held.move()
      return {
        settle: async () => {
          const holds = await stillHolds(parts, cuts)
          await turns.disposeAsync()
          return holds
        },
        read: async (signal) => {
          const found: Part[] = []
          for (const cut of cuts) {
            for (const part of await partsOf(tailOf(cut), cut, signal)) {
              kept.defer(() => part.release())
              found.push(part)
            }
          }
          return {
            objects: found.flatMap(({ objects }) => objects),
            rows: found.flatMap(({ rows }) => rows),
          }
        },
        [Symbol.asyncDispose]: () => kept.disposeAsync(),
      } satisfies TailCut
    },
    flush: async (tables, signal) => {
      await using held = new AsyncDisposableStack()
      signal.throwIfAborted()
      for (const lane of lanesFor(parts, tables)) {
        const cut = await cutLane(parts, lane, held)
        if (cut) await unlessAborted(parts.hurry(lane.stream, lane.name, cut.tips), signal)
      }
    },
    forgetUnused: () => {
      const alive = new Set([...parts.deliveryStreams()].map(({ id }) => id))
      for (const [key, tail] of tails) {
        const isGone = !alive.has(key.slice(0, key.lastIndexOf('/')))
        if (tail.forget(isGone ? 0 : unusedMs) && isGone) tails.delete(key)
      }
    },
  }
}

function* lanesFor(
  { deliveryStreams, transforming }: TailParts,
  tables: readonly TailTable[],
): Generator<TailLane> {
  for (const stream of deliveryStreams()) {
    const { target, backup, ...settings } = stream.settings
    const lanes: TailLane[] = []
    // Anything else would be asked again, and might answer something else.
    const isRepeatable = createTransforms({ target, ...settings }, transforming).every(
      (transform) => transform.isRepeatable,
    )
    if (target.kind !== 'http' && isRepeatable) {
      lanes.push({ stream, name: 'target', target, tables: [] })
    }
    if (backup) lanes.push({ stream, name: 'backup', target: backup, tables: [] })
    for (const lane of lanes) {
      const fed = tables.filter((table) => feeds(stream, lane.target, table))
      const identities = new Set(fed.flatMap(({ iceberg }) => iceberg ?? []))
      if (fed.length > 0) yield { ...lane, tables: [...identities].toSorted() }
    }
  }
}

/** In a fixed order, so that two cuts never wait for each other. */
async function takeTurns(
  parts: TailParts,
  lanes: readonly TailLane[],
  turns: AsyncDisposableStack,
): Promise<void> {
  const order = lanes.toSorted((a, b) =>
    `${a.stream.id}/${a.name}` < `${b.stream.id}/${b.name}` ? -1 : 1,
  )
  for (const { stream, name } of order) {
    const end = await parts.commits(stream, name).take()
    turns.defer(end)
  }
}

/** The checkpoints first, then the tips: what is delivered in between is noticed by `stillHolds`. */
async function cutLane(
  parts: TailParts,
  lane: TailLane,
  held: AsyncDisposableStack,
): Promise<LaneCut | undefined> {
  const { stream, name } = lane
  try {
    if (!(await mayDeliver(parts, stream, lane.target))) return undefined
    const key = { streamId: stream.id, lane: name }
    const checkpoints = await loadCheckpoints(tablesOf(parts.database), key)
    // Removed a moment ago: without its places nobody knows what of the log was delivered.
    if (!checkpoints) return undefined
    const shards = await parts.source(stream).shards()
    const places = placesIn(checkpoints.places, shards.logId)
    const afters = sequencesIn(places, shards.numbers)
    const least = afters.reduce((before, after) => Math.min(before, after), Infinity)
    held.defer(parts.holds.hold(shards.logId, least))
    const sequences = await parts.log.tips(shards.logId, shards.shardIds)
    if (countOf(rangesOf(shards, afters, sequences)) === 0) return undefined
    return { ...lane, version: checkpoints.version, afters, tips: { shards, sequences } }
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

async function stillHolds(parts: TailParts, cuts: readonly LaneCut[]): Promise<boolean> {
  for (const { stream, name, version } of cuts) {
    const key = { streamId: stream.id, lane: name }
    if ((await loadVersion(tablesOf(parts.database), key)) !== version) return false
  }
  return true
}

async function partsOf(
  tail: LaneTail,
  cut: LaneCut,
  signal: AbortSignal,
): Promise<readonly Part[]> {
  try {
    return await tail.partsOf(cut, signal)
  } catch (error) {
    // What a role may not decrypt is not there yet, as with all that it is refused; nor is what no table tells how to convert.
    if (isGone(error) || undeliverable.some((code) => isLakeError(error, code))) return []
    throw error
  }
}

const undeliverable = [
  'DeliveryDenied',
  'DatabaseNotFound',
  'TableNotFound',
  'TableVersionNotFound',
]

/** A delivery stream that was deleted takes with it what it had not delivered; a stream, what it had. */
function isGone(error: unknown): boolean {
  return isLakeError(error, 'LogNotFound') || isLakeError(error, 'StreamNotFound')
}
