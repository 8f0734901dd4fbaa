import type { BatchAppend, ShardSpans, StreamLog } from '#ingestion/streams'

/** How the shards of a log are followed: each round some requests at once, several times, then all ways over the same records. */
export interface Following {
  readonly rounds: number
  /** Before what is measured, until all of the code is compiled. */
  readonly warmUpRounds: number
  readonly requestsAtOnce: number
  readonly timesPerRound: number
  /** Of one shard with one call. */
  readonly readRecords: number
}

type Follow = (
  log: StreamLog,
  logId: string,
  spans: ShardSpans,
  readRecords: number,
) => Promise<number>

/** Ways to follow all shards of a log; each returns how many records it came by. */
export const followings: readonly { readonly title: string; readonly follow: Follow }[] = [
  { title: 'read what was just put', follow: readEach },
  { title: 'its pages, a call for each shard', follow: pagesOfEach },
  { title: 'its pages, in one call', follow: readPages },
  {
    title: 'its extents, in one call',
    follow: async (log, logId, spans) => {
      const { records } = await log.extents(logId, spans, {
        limitRecords: 1e6,
        limitBytes: 1e9,
        shardRecords: 1e6,
        shardBytes: 1e9,
      })
      return records.reduce((sum, each) => sum + each, 0)
    },
  },
]

/** Records per processor second of each way alone, all ways taking turns over the same records. */
export async function follow(
  log: StreamLog,
  requests: readonly BatchAppend[],
  { rounds, warmUpRounds, requestsAtOnce, timesPerRound, readRecords }: Following,
): Promise<readonly number[]> {
  const { logId, shardIds } = requests[0]!
  let afters = await log.tips(logId, shardIds)
  let count = 0
  const microseconds = followings.map(() => 0)
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    const isMeasured = round >= warmUpRounds
    let written = 0
    for (let time = 0; time < timesPerRound; time += 1) {
      const given = requests.slice(0, requestsAtOnce)
      await Promise.all(given.map((request) => append(log, request)))
      written += given.reduce((sum, { columns }) => sum + columns.count, 0)
    }
    const tos = await log.tips(logId, shardIds)
    const spans = { shardIds, afters, tos }
    if (isMeasured) count += written
    for (let turn = 0; turn < followings.length; turn += 1) {
      const way = (round + turn) % followings.length
      const before = process.cpuUsage()
      const found = await followings[way]!.follow(log, logId, spans, readRecords)
      const { user, system } = process.cpuUsage(before)
      if (isMeasured) microseconds[way]! += user + system
      if (found !== written) throw new Error(`found ${found} records of ${written}`)
    }
    afters = tos
  }
  return microseconds.map((each) => count / (each / 1e6))
}

export async function append(log: StreamLog, request: BatchAppend): Promise<void> {
  const { errors } = await log.appendBatch(request)
  for (const error of errors.values()) throw error
}

const limitBytes = 10_485_760
const limitRecordsMax = 10_000

async function readEach(
  log: StreamLog,
  logId: string,
  { shardIds, afters, tos }: ShardSpans,
  readRecords: number,
): Promise<number> {
  let count = 0
  for (const [place, shardId] of shardIds.entries()) {
    for (let after = afters[place]!; after < tos[place]!;) {
      const input = { after: BigInt(after), limitRecords: readRecords, limitBytes }
      const { length } = await log.read({ logId, shardId }, input)
      count += length
      after += length
    }
  }
  return count
}

async function pagesOfEach(
  log: StreamLog,
  logId: string,
  { shardIds, afters, tos }: ShardSpans,
  readRecords: number,
): Promise<number> {
  let count = 0
  for (const [place, shardId] of shardIds.entries()) {
    const to = tos[place]!
    for (let after = afters[place]!; after < to; after += readRecords) {
      const own = Float64Array.of(after, Math.min(to, after + readRecords))
      const span = { shardIds: [shardId], afters: own.subarray(0, 1), tos: own.subarray(1) }
      count += await readPages(log, logId, span)
    }
  }
  return count
}

async function readPages(log: StreamLog, logId: string, spans: ShardSpans): Promise<number> {
  let count = 0
  let { afters } = spans
  for (let isComplete = false; !isComplete;) {
    const limits = { limitRecords: limitRecordsMax, limitBytes }
    const read = await log.readPages(logId, { ...spans, afters }, limits)
    if (!read) throw new Error('the log gives no pages')
    for (const page of read.pages) {
      count += page.starts.length
      page.release()
    }
    ;({ afters, isComplete } = read)
  }
  return count
}
