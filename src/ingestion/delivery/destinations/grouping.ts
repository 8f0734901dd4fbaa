import { objectLimits } from '#storage/objects'
import type { DeliveryRecord, FailedRecord, RecordSet } from '../delivery-record.ts'
import type { Keys } from '../naming.ts'
import { PartitionKeyMissing, evaluatedMax } from '../prefix/index.ts'

/** Records of several objects that are gathered at once, in bytes. */
const passBytesMax = 32 * 1024 * 1024

/** The records that become one object. */
export interface Group {
  readonly key: string
  readonly records: number
  readonly bytes: number
}

export interface GroupedRecords {
  readonly groups: readonly Group[]
  /** The records, those of the first group first. */
  readonly records: RecordSet
  /** The records of one group. */
  recordsOf(group: Group): RecordSet
  /** Group for group; the pages of each are to be read once, at any time. */
  pieces(signal: AbortSignal): AsyncIterable<{ readonly group: Group; readonly pages: Pages }>
}

type Pages = AsyncIterable<readonly DeliveryRecord[]> | Iterable<readonly DeliveryRecord[]>

interface Gathering {
  readonly key: string
  readonly number: number
  records: number
  bytes: number
}

/**
 * Sorts records by the group that a function tells: that of their object, or of their table. Of each record only the number of its group is kept: the
 * records are read again, once for every 32 MiB. So thousands of partitions take no more memory than one, and no open file.
 */
export async function groupRecords(
  source: RecordSet,
  keyOf: (record: DeliveryRecord) => string | GroupTrouble,
  options: {
    readonly fail: (failed: readonly FailedRecord[]) => Promise<void>
    readonly signal: AbortSignal
  },
): Promise<GroupedRecords> {
  const gathered = new Map<string, Gathering>()
  const places: number[] = []
  for await (const page of source.pages(options.signal)) {
    const failed: FailedRecord[] = []
    for (const record of page) {
      const key = keyOf(record)
      if (typeof key !== 'string') {
        failed.push({ record, failure: { outputType: 'processing-failed', ...key } })
        places.push(-1)
        continue
      }
      let group = gathered.get(key)
      if (!group) {
        group = { key, number: gathered.size, records: 0, bytes: 0 }
        gathered.set(key, group)
      }
      group.records += 1
      group.bytes += record.data.byteLength
      places.push(group.number)
    }
    if (failed.length > 0) await options.fail(failed)
  }
  const groups = [...gathered.values()]
  const pieces: GroupedRecords['pieces'] = (signal) => piecesOf(source, groups, places, signal)
  return {
    groups,
    pieces,
    recordsOf: (group) => {
      const number = groups.indexOf(group as Gathering)
      return { pages: (signal) => pagesOf(source, places, number, signal) }
    },
    records: {
      async *pages(signal) {
        for await (const { pages } of pieces(signal)) yield* pages
      },
    },
  }
}

/** Why a record belongs to no group. */
export interface GroupTrouble {
  readonly code: string
  readonly message: string
}

/** The key of a record's object; or why it has none. */
export function objectKeys(keys: Keys): (record: DeliveryRecord) => string | GroupTrouble {
  const known = new Map<string, string | GroupTrouble>()
  return ({ keys: own }) => {
    const identity = JSON.stringify(own ?? {})
    const before = known.get(identity)
    if (before !== undefined) return before
    const found = evaluate(keys, own)
    known.set(identity, found)
    return found
  }
}

function evaluate(keys: Keys, own: DeliveryRecord['keys']): string | GroupTrouble {
  try {
    const key = keys.data(own)
    const characters = key.length - keys.suffixLength
    if (characters <= evaluatedMax && Buffer.byteLength(key) <= objectLimits.keyBytesMax) return key
    const limit =
      characters > evaluatedMax
        ? `${evaluatedMax} characters`
        : `a key of ${objectLimits.keyBytesMax} bytes has room for`
    return {
      code: 'DynamicPartitioning.PrefixTooLong',
      message: `The evaluated prefix is longer than ${limit}.`,
    }
  } catch (error) {
    if (!(error instanceof PartitionKeyMissing)) throw error
    return {
      code: 'DynamicPartitioning.MissingKey',
      message: `The record has no partition key '${error.message}'.`,
    }
  }
}

async function* piecesOf(
  source: RecordSet,
  groups: readonly Group[],
  places: readonly number[],
  signal: AbortSignal,
): AsyncGenerator<{ readonly group: Group; readonly pages: Pages }> {
  for (let first = 0; first < groups.length;) {
    const next = endOfPass(groups, first)
    // A large group is read when it is wanted; small ones are gathered together.
    if (next - first === 1) {
      yield { group: groups[first]!, pages: pagesOf(source, places, first, signal) }
    } else {
      const buckets: DeliveryRecord[][] = Array.from({ length: next - first }, () => [])
      let place = 0
      for await (const page of source.pages(signal)) {
        for (const record of page) {
          const group = places[place]!
          place += 1
          if (group >= first && group < next) buckets[group - first]!.push(record)
        }
      }
      for (const [index, bucket] of buckets.entries()) {
        yield { group: groups[first + index]!, pages: [bucket] }
      }
    }
    first = next
  }
}

async function* pagesOf(
  source: RecordSet,
  places: readonly number[],
  group: number,
  signal: AbortSignal,
): AsyncGenerator<readonly DeliveryRecord[]> {
  let place = 0
  for await (const page of source.pages(signal)) {
    const own = page.filter((_, index) => places[place + index] === group)
    place += page.length
    if (own.length > 0) yield own
  }
}

/** Groups that are gathered together: as many as have room, and one at least. */
function endOfPass(groups: readonly Group[], first: number): number {
  let bytes = groups[first]!.bytes
  let next = first + 1
  while (next < groups.length && bytes + groups[next]!.bytes <= passBytesMax) {
    bytes += groups[next]!.bytes
    next += 1
  }
  return next
}
