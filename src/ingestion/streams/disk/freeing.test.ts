import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isLakeError } from '#kit'
import { randomNumbers } from '../random-numbers.fixture.ts'
import type { StreamLog } from '../stream-log.ts'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { diskFiles } from './files.ts'
import { HeldFiles } from './held-files.fixture.ts'

const logId = 'log'
const shardIds = ['a', 'b', 'c']
const limits = { limitRecords: 1e6, limitBytes: 1e9 }
const recordBytes = 1500

async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-freeing-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

function dataOf(shard: number, sequence: number): Buffer {
  const data = Buffer.alloc(recordBytes, sequence)
  data[0] = shard
  data.writeUInt32LE(sequence, 1)
  return data
}

async function append(log: StreamLog, shard: number, first: number, count: number): Promise<void> {
  const given = Array.from({ length: count }, (_, index) => ({
    partitionKey: 'k',
    data: dataOf(shard, first + index),
  }))
  const [sequence] = await log.append({ logId, shardId: shardIds[shard]! }, given)
  assert.equal(sequence, BigInt(first))
}

/** Readers of every kind, and what may be missing of what they read. */
class Readers {
  readonly trimmed = [0, 0, 0]
  readonly tips = [0, 0, 0]
  isOver = false
  readonly #log: StreamLog
  readonly #random: (below: number) => number
  readonly #horizons = [0n, 0n, 0n]

  constructor(log: StreamLog, random: (below: number) => number) {
    this.#log = log
    this.#random = random
  }

  async run(): Promise<void> {
    const kinds = [() => this.#read(), () => this.#readPages(), () => this.#count()]
    const all = [...kinds, ...kinds, () => this.#find()]
    await Promise.all(
      all.map(async (ask) => {
        while (!this.isOver) {
          await nextTurn()
          await ask()
        }
      }),
    )
  }

  #afters(): number[] {
    return this.tips.map((tip) => this.#random(tip + 1))
  }

  async #read(): Promise<void> {
    const shard = this.#random(3)
    const after = this.#afters()[shard]!
    const tip = this.tips[shard]!
    const ref = { logId, shardId: shardIds[shard]! }
    const found = await this.#log.read(ref, { after: BigInt(after), ...limits })
    let last = after
    for (const { sequence, data } of found) {
      assert.ok(dataOf(shard, Number(sequence)).equals(data))
      this.#mayFollow(shard, last, Number(sequence))
      last = Number(sequence)
    }
    assert.ok(last >= tip || tip <= this.trimmed[shard]!)
  }

  /** What lies between may be missing: it was given up. */
  #mayFollow(shard: number, last: number, sequence: number): void {
    const isNext = sequence === last + 1
    assert.ok(isNext || (sequence > last && sequence - 1 <= this.trimmed[shard]!))
  }

  async #readPages(): Promise<void> {
    const tos = Float64Array.from(this.tips)
    let afters: Float64Array = Float64Array.from(this.#afters())
    const reached = afters.slice()
    for (let isComplete = false; !isComplete;) {
      const some = { limitRecords: 1 + this.#random(200), limitBytes: 1 + this.#random(300_000) }
      const found = await this.#log.readPages(logId, { shardIds, afters, tos }, some)
      for (const page of found!.pages) {
        for (const [index, start] of page.starts.entries()) {
          this.#take(page.bytes.subarray(start, page.ends[index]), reached)
        }
        page.release()
      }
      ;({ afters, isComplete } = found!)
    }
    for (const [shard, last] of reached.entries()) {
      assert.ok(last === tos[shard] || tos[shard]! <= this.trimmed[shard]!)
    }
  }

  #take(data: Buffer, reached: Float64Array): void {
    const [shard, sequence] = [data[0]!, data.readUInt32LE(1)]
    assert.ok(dataOf(shard, sequence).equals(data))
    this.#mayFollow(shard, reached[shard]!, sequence)
    reached[shard] = sequence
  }

  async #count(): Promise<void> {
    const tips = [...this.tips]
    const afters = Float64Array.from(this.#afters())
    const each = { ...limits, shardRecords: 1e6, shardBytes: 1e9 }
    const found = await this.#log.extents(logId, { shardIds, afters }, each)
    for (const [shard, records] of found.records.entries()) {
      assert.equal(found.dataBytes[shard], records * recordBytes)
      const least = tips[shard]! - Math.max(afters[shard]!, this.trimmed[shard]!)
      assert.ok(records >= least, `${records} of ${least} records`)
    }
  }

  async #find(): Promise<void> {
    const shard = this.#random(3)
    const ref = { logId, shardId: shardIds[shard]! }
    const tip = this.tips[shard]!
    assert.ok((await this.#log.positionAt(ref, 5)) <= this.trimmed[shard]!)
    assert.ok((await this.#log.positionAt(ref, Date.now() + 1e9)) >= tip)
    const horizon = await this.#log.trimHorizon(ref)
    assert.ok(horizon === 0n || horizon - 1n <= this.trimmed[shard]!)
    if (horizon > 0n) {
      assert.ok(horizon >= this.#horizons[shard]!)
      this.#horizons[shard] = horizon
    }
  }
}

for (const tailBytes of [0, 60_000]) {
  test(`whoever reads while segments are freed finds all that was kept, with ${tailBytes} bytes in memory`, async () => {
    await using temporary = await temporaryFolder()
    const held = new HeldFiles()
    const random = randomNumbers(tailBytes + 1)
    await using log = await openDiskStreamLog({
      folder: temporary.folder,
      tailBytes,
      segmentBytes: 40_000,
      files: held.files,
    })
    for (const shardId of shardIds) await log.createShard({ logId, shardId })
    const readers = new Readers(log, random)
    const reading = readers.run().finally(() => (readers.isOver = true))
    try {
      for (let step = 0; step < 100 && !readers.isOver; step += 1) {
        const shard = random(3)
        const count = 1 + random(20)
        await append(log, shard, readers.tips[shard]! + 1, count)
        readers.tips[shard]! += count
        const given = random(3)
        // What is about to be given up may be missing from now on.
        const kept = random(40)
        const last = Math.max(readers.trimmed[given]!, readers.tips[given]! - kept)
        readers.trimmed[given] = last
        await log.trim({ logId, shardId: shardIds[given]! }, { sequence: BigInt(last) })
      }
    } finally {
      readers.isOver = true
      await reading
    }
    assert.equal(held.goneButOpen(), 0)
    const first = Number((await readdir(join(temporary.folder, logId))).toSorted()[0]!.slice(0, 10))
    assert.ok(first > 10, 'segments were freed')
  })
}

test('a segment that is freed under a reader is not opened again', async () => {
  await using temporary = await temporaryFolder()
  const held = new HeldFiles()
  await using log = await openDiskStreamLog({
    folder: temporary.folder,
    tailBytes: 0,
    segmentBytes: 3_000_000,
    files: held.files,
  })
  for (const shardId of shardIds) await log.createShard({ logId, shardId })
  for (let n = 0; n < 21; n += 1) await append(log, 0, n * 100 + 1, 100)
  held.holdNextRead()
  const reading = log.read({ logId, shardId: 'a' }, { after: 0n, ...limits })
  await held.isHeld
  held.beforeRemoving = async (path) => {
    if (!path.endsWith('0000000001.seg')) return
    // It is in the folder still: who opens it once more keeps what the disk is to have back.
    held.go()
    await reading
  }
  await log.trim({ logId, shardId: 'a' }, { sequence: 2050n })
  const found = await reading
  let last = 0
  for (const { sequence, data } of found) {
    assert.ok(dataOf(0, Number(sequence)).equals(data))
    assert.ok(Number(sequence) === last + 1 || (Number(sequence) > last && sequence <= 2051n))
    last = Number(sequence)
  }
  assert.equal(last, 2100)
  assert.equal(held.goneButOpen(), 0)
})

test('a segment that could not be removed goes with the next that are freed', async () => {
  await using temporary = await temporaryFolder()
  let isFailing = false
  await using log = await openDiskStreamLog({
    folder: temporary.folder,
    segmentBytes: 40_000,
    files: {
      ...diskFiles,
      remove: async (path) => {
        if (isFailing) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
        await diskFiles.remove(path)
      },
    },
  })
  await log.createShard({ logId, shardId: 'a' })
  for (let n = 0; n < 10; n += 1) await append(log, 0, n * 10 + 1, 10)
  const files = async () => (await readdir(join(temporary.folder, logId))).toSorted()
  assert.ok((await files()).includes('0000000001.seg'))
  isFailing = true
  await assert.rejects(log.trim({ logId, shardId: 'a' }, { sequence: 80n }), (error) =>
    isLakeError(error, 'LogFailed'),
  )
  assert.ok((await files()).includes('0000000001.seg'))
  isFailing = false
  await log.trim({ logId, shardId: 'a' }, { sequence: 0n })
  assert.deepEqual(
    (await files()).filter((name) => name.startsWith('0000000001') || name.endsWith('2.seg')),
    [],
  )
  const found = await log.read({ logId, shardId: 'a' }, { after: 0n, ...limits })
  assert.equal(found.at(-1)?.sequence, 100n)
})
