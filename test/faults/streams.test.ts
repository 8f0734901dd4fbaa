import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openDiskStreamLog } from '#ingestion/streams'

const writer = fileURLToPath(new URL('streams-writer.ts', import.meta.url))
const rounds = 6

/** Runs the writer until it has acknowledged about `acksMax` appends, and kills it in the middle of its work. */
async function writeUntilKilled(folder: string, start: number, acksMax: number) {
  const child = spawn(process.execPath, ['--conditions=source', writer, folder, `${start}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const acks: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acks.push(line)
    if (acks.length === acksMax) child.kill('SIGKILL')
  }
  await exited
  return acks
}

test('kill -9 while it writes: nothing acknowledged is missing, and order is kept', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-kill-'))
  /** shard -> sequence -> number, as acknowledged. */
  const acknowledged = new Map<string, Map<number, number>>()
  let start = 0
  try {
    for (let round = 0; round < rounds; round += 1) {
      const acks = await writeUntilKilled(folder, start, 50 + Math.floor(Math.random() * 400))
      assert.ok(acks.length > 0)
      for (const ack of acks) {
        const [shardId, sequence, first, count] = ack.split(' ')
        const inShard = acknowledged.get(shardId!) ?? new Map<number, number>()
        acknowledged.set(shardId!, inShard)
        for (let index = 0; index < Number(count); index += 1) {
          inShard.set(Number(sequence) + index, Number(first) + index)
        }
      }
      start += 1_000_000
      await using log = await openDiskStreamLog({ folder })
      for (const [shardId, inShard] of acknowledged) {
        let after = 0n
        let found = 0
        for (;;) {
          const page = { after, limitRecords: 1000, limitBytes: 1_000_000 }
          const records = await log.read({ logId: 'log', shardId }, page)
          if (records.length === 0) break
          for (const each of records) {
            assert.equal(each.sequence, after + 1n)
            after = each.sequence
            const expected = inShard.get(Number(each.sequence))
            if (expected === undefined) continue
            assert.equal(parseInt(Buffer.from(each.data).toString(), 10), expected)
            found += 1
          }
        }
        assert.equal(found, inShard.size, `round ${round}, ${shardId}`)
      }
    }
    const sent = [...acknowledged.values()].reduce((sum, inShard) => sum + inShard.size, 0)
    // Each was found at its own sequence, and the sequences have no gap: see above.
    t.diagnostic(`${rounds} kills; sent ${sent}, stored ${sent}, lost 0, twice 0`)
  } finally {
    await rm(folder, { recursive: true })
  }
})
