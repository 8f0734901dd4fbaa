import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { diskFiles, type LogFiles } from './files.ts'
import { TailBytes } from './tail-bytes.ts'
import type { Segment } from './segment.ts'

const segment = (path: string): Segment => ({
  number: 1,
  path,
  durableBytes: 0,
})

/** No rows: nobody looks for batches here. */
const noRows = { sizeBytes: 0, giveUp: () => undefined }

describe('the newest bytes in memory', () => {
  it('are at most so many over all logs, and each buffer is given back once', () => {
    const released: Buffer[] = []
    const tail = new TailBytes(1000, (buffer) => released.push(buffer))
    const kept: Buffer[] = []
    for (let round = 0; round < 3000; round += 1) {
      const buffer = Buffer.alloc(100, round)
      kept.push(buffer)
      tail.keep(segment(`log-${round % 3}`), [buffer], noRows)
    }
    assert.equal(released.length, kept.length - 10)
    assert.ok(released.every((buffer, index) => buffer === kept[index]))
    for (const log of [0, 1, 2]) tail.forget(`log-${log}`)
    assert.equal(new Set(released).size, kept.length)
    assert.equal(released.length, kept.length)
  })

  it('serve a reader who keeps up, whatever the number of shards, without a call into the system', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-tail-'))
    try {
      let reads = 0
      const files: LogFiles = {
        ...diskFiles,
        read: (fd, buffer, position) => {
          reads += 1
          return diskFiles.read(fd, buffer, position)
        },
      }
      await using log = await openDiskStreamLog({ folder, files })
      const shards = Array.from({ length: 50 }, (_, index) => ({
        logId: 'log',
        shardId: `${index}`,
      }))
      for (const shard of shards) await log.createShard(shard)
      for (let round = 0; round < 20; round += 1) {
        const records = [{ partitionKey: 'k', data: Buffer.from(`${round}`) }]
        // Two requests in one group: what they give to a shard becomes one batch.
        await Promise.all([...shards, ...shards].map((shard) => log.append(shard, records)))
        for (const shard of shards) {
          const input = { after: BigInt(2 * round), limitRecords: 10, limitBytes: 1e6 }
          const found = await log.read(shard, input)
          assert.deepEqual(
            found.map(({ sequence, data }) => [sequence, Buffer.from(data).toString()]),
            [1, 2].map((nth) => [BigInt(2 * round + nth), `${round}`]),
          )
        }
      }
      assert.equal(reads, 0)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
