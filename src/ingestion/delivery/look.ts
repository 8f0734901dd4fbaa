import type { ShardPlaces, StreamLog } from '#ingestion/streams'
import { batchRecordsMax, pageRecords } from './batch.ts'
import type { Gathered, OpenShards } from './gathered.ts'

const scanBytes = 4 * 1024 * 1024
const shareBytesMin = 64 * 1024

/** Looks on in each shard, as far as a batch of this size has room. True when there was something, or something is gone. */
export async function lookOn(
  log: StreamLog,
  gathered: Gathered,
  bufferBytes: number,
): Promise<boolean> {
  const open = gathered.open()
  const limitBytes = bufferBytes - gathered.bytes
  const limitRecords = batchRecordsMax - gathered.records
  if (open.places.length === 0 || limitBytes <= 0 || limitRecords <= 0) return false
  const { logId } = gathered.shards
  const extents = await log.extents(logId, placesOf(open, gathered), {
    limitRecords,
    limitBytes,
    shardRecords: pageRecords,
    // A busy shard must not take all the room again and again.
    shardBytes: Math.min(
      scanBytes,
      Math.max(shareBytesMin, Math.ceil(bufferBytes / open.places.length)),
    ),
  })
  let progressed = false
  for (const [index, place] of open.places.entries()) {
    if (extents.records[index]! > 0) {
      gathered.add(place, extents, index)
      progressed = true
    } else if (extents.isComplete) {
      const end = gathered.shards.ends[place]!
      // A closed shard is through, whatever became of its end.
      const to = end === Infinity ? extents.lasts[index]! : end
      if (to > gathered.after(place)) {
        await pass(log, gathered, place, to)
        // Its children may have something.
        progressed = true
      }
    }
  }
  return progressed
}

/** Nothing was found up to the tip: retention took it, and the batch goes on behind it. */
async function pass(log: StreamLog, gathered: Gathered, place: number, tip: number): Promise<void> {
  const { logId, shardIds } = gathered.shards
  const oldest = await log.trimHorizon({ logId, shardId: shardIds[place]! })
  if (oldest > 0n && oldest <= tip) throw new Error(`the log holds ${oldest} and does not give it`)
  gathered.pass(place, tip)
}

/** Whether a batch that is due holds what was there when that was first asked: what waits goes together, what comes meanwhile is not waited for. */
export async function hasAll(log: StreamLog, gathered: Gathered): Promise<boolean> {
  if (!gathered.knowsTips) {
    const { logId, shardIds } = gathered.shards
    gathered.setTips(await log.tips(logId, shardIds))
  }
  return gathered.hasAll()
}

/** Until a shard has more than was gathered. */
export async function more(log: StreamLog, gathered: Gathered, signal: AbortSignal): Promise<void> {
  const open = gathered.open()
  await log.waitAny(gathered.shards.logId, placesOf(open, gathered), signal)
}

/** Where to go on in each of them. */
function placesOf({ places, shardIds }: OpenShards, gathered: Gathered): ShardPlaces {
  const afters = new Float64Array(places.length)
  for (let index = 0; index < places.length; index += 1) {
    afters[index] = gathered.after(places[index]!)
  }
  return { shardIds, afters }
}
