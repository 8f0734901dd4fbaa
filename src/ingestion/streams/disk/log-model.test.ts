import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { randomNumbers } from '../random-numbers.fixture.ts'
import { columnsOf } from '../record-columns.ts'
import type { StreamLog } from '../stream-log.ts'
import { openDiskStreamLog } from './disk-stream-log.ts'

const logId = 'log'
const segmentBytes = [3000, 30_000, 400_000, 4_000_000]
const tailBytes = [0, 2000, 50_000, 32_000_000]

/** A log, and what is known of it: of each shard the data of its records, and what it has given up. */
class Modelled {
  readonly ids: readonly string[]
  readonly #records: Buffer[][]
  readonly #trimmed: number[]
  readonly #random: (below: number) => number
  readonly #sizeMax: number
  log: StreamLog

  constructor(log: StreamLog, shards: number, random: (below: number) => number) {
    this.log = log
    this.#random = random
    this.#sizeMax = [0, 20, 500, 5000, 60_000][random(5)]!
    this.ids = Array.from({ length: shards }, (_, index) => `s${index}`)
    this.#records = this.ids.map(() => [])
    this.#trimmed = this.ids.map(() => 0)
  }

  async append(): Promise<void> {
    const random = this.#random
    const given = Array.from({ length: 1 + random(40) }, () => ({
      shard: random(this.ids.length),
      data: Buffer.alloc(random(this.#sizeMax + 1), random(256)),
    }))
    const { sequences, errors } = await this.log.appendBatch({
      logId,
      columns: columnsOf(given.map(({ data }) => ({ partitionKey: 'k', data }))),
      shardIds: this.ids,
      shards: Int32Array.from(given, ({ shard }) => shard),
    })
    assert.equal(errors.size, 0)
    for (const [index, { shard, data }] of given.entries()) {
      this.#records[shard]![sequences[index]! - 1] = data
    }
  }

  /** From any place, as far as any limits let. */
  async read(): Promise<void> {
    const random = this.#random
    const shard = random(this.ids.length)
    const before = this.#records[shard]!.length
    const after = random(before + 2)
    const limits = { limitRecords: 1 + random(2000), limitBytes: 1 + random(200_000) }
    const ref = { logId, shardId: this.ids[shard]! }
    const found = await this.log.read(ref, { after: BigInt(after), ...limits })
    const trimmed = this.#trimmed[shard]!
    let next = found[0] ? Number(found[0].sequence) : before + 1
    // Only what was given up may be left out, and only before the first.
    assert.ok(
      next === after + 1 || next - 1 <= trimmed || after >= before,
      `${next} after ${after}`,
    )
    for (const { sequence, data } of found) {
      assert.equal(Number(sequence), next)
      this.#same(shard, next, data)
      next += 1
    }
    const bytes = found.reduce((sum, { data }) => sum + data.byteLength, 0)
    assert.ok(found.length <= limits.limitRecords)
    assert.ok(found.length === 1 || bytes <= limits.limitBytes)
  }

  /** All that some shards have, page by page and counted. */
  async readMany(): Promise<void> {
    const random = this.#random
    const shards = [...this.ids.keys()].filter(() => random(3) > 0)
    const shardIds = shards.map((shard) => this.ids[shard]!)
    const tos = await this.log.tips(logId, shardIds)
    let afters: Float64Array = tos.map((tip) => random(tip + 1))
    const wanted = shards.flatMap((shard, place) =>
      Array.from({ length: tos[place]! - afters[place]! }, (_, index) => ({
        shard,
        sequence: afters[place]! + index + 1,
      })),
    )
    const limits = { limitRecords: 1e6, limitBytes: 1e9, shardRecords: 1e6, shardBytes: 1e9 }
    const counted = await this.log.extents(logId, { shardIds, afters }, limits)
    const count = counted.records.reduce((sum, records) => sum + records, 0)
    let read = 0
    for (let isComplete = false; !isComplete;) {
      const some = { limitRecords: 1 + random(2000), limitBytes: 1 + random(300_000) }
      const found = await this.log.readPages(logId, { shardIds, afters, tos }, some)
      for (const page of found!.pages) {
        for (const [index, start] of page.starts.entries()) {
          const { shard, sequence } = wanted[read]!
          this.#same(shard, sequence, page.bytes.subarray(start, page.ends[index]))
          read += 1
        }
        page.release()
      }
      ;({ afters, isComplete } = found!)
    }
    assert.equal(read, wanted.length)
    // What came meanwhile is counted too.
    assert.ok(count >= wanted.length)
  }

  /** It may be that it was not acknowledged when it was read. */
  #same(shard: number, sequence: number, data: Uint8Array): void {
    const known = this.#records[shard]![sequence - 1]
    assert.ok(!known || known.equals(data), `record ${sequence} of shard ${shard}`)
  }

  async trim(): Promise<void> {
    const shard = this.#random(this.ids.length)
    const sequence = this.#random(this.#records[shard]!.length + 1)
    this.#trimmed[shard] = Math.max(this.#trimmed[shard]!, sequence)
    await this.log.trim({ logId, shardId: this.ids[shard]! }, { sequence: BigInt(sequence) })
  }
}

for (let seed = 1; seed <= 12; seed += 1) {
  test(`whatever lies in memory, on the disk or between them is read as it was written: ${seed}`, async () => {
    const random = randomNumbers(seed)
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-model-'))
    const open = () =>
      openDiskStreamLog({
        folder,
        segmentBytes: segmentBytes[random(4)]!,
        tailBytes: tailBytes[random(4)]!,
      })
    const model = new Modelled(await open(), [1, 3, 20, 100][random(4)]!, random)
    try {
      const mayTrim = seed % 3 === 0
      for (const shardId of model.ids) await model.log.createShard({ logId, shardId })
      for (let step = 0; step < 40; step += 1) {
        const kind = random(10)
        if (kind < 4) await Promise.all([model.append(), model.append(), model.read()])
        else if (kind < 7) await Promise.all([model.read(), model.read(), model.read()])
        else if (kind < 8 && mayTrim) await Promise.all([model.trim(), model.read(), model.read()])
        else if (kind < 9 && !mayTrim) await Promise.all([model.readMany(), model.readMany()])
        else if (kind === 9 && random(3) === 0) {
          await model.log.close()
          model.log = await open()
        }
      }
    } finally {
      await model.log.close()
      await rm(folder, { recursive: true })
    }
  })
}
