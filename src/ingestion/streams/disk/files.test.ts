import assert from 'node:assert/strict'
import fs from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mock, test } from 'node:test'
import { isLakeError } from '#kit'
import { openDiskStreamLog } from './disk-stream-log.ts'
import type { StreamLog } from '../stream-log.ts'
import { diskFiles, writeBytesMax } from './files.ts'

test('what is written is the same however it is cut, with one call or several', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-files-'))
  try {
    const path = join(folder, 'file')
    await diskFiles.close(await diskFiles.open(path, 'wx+'))
    const sizes = [
      [5],
      [writeBytesMax],
      [writeBytesMax + 1],
      [writeBytesMax - 1, 1, 1, 0, 3],
      [300_000, 0, 800_001, writeBytesMax, 7],
      [2 * writeBytesMax, 3],
      [17, 3 * writeBytesMax + 5],
    ]
    for (const [round, lengths] of sizes.entries()) {
      const buffers = lengths.map((length, index) => {
        const buffer = Buffer.alloc(length)
        for (let at = 0; at < length; at += 97) buffer[at] = at * 31 + index + round
        return buffer
      })
      for (const kind of ['write', 'writeSynced'] as const) {
        const fd = await diskFiles.open(path, kind === 'write' ? 'r+' : 'rs+')
        await diskFiles.truncate(fd, 11)
        await diskFiles[kind](fd, buffers, 11)
        await diskFiles.close(fd)
        const found = (await readFile(path)).subarray(11)
        assert.ok(found.equals(Buffer.concat(buffers)), `${kind} ${lengths}`)
      }
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** While `work` runs, no call of the system writes more than this; the bytes are really written. */
async function taking(most: number, work: () => Promise<void>): Promise<void> {
  const writev = fs.writev.bind(fs)
  type Done = (error: Error | null, count: number, buffers: readonly Uint8Array[]) => void
  const some = (fd: number, buffers: readonly Uint8Array[], position: number, done: Done) => {
    if (most === 0) return void setImmediate(done, null, 0, buffers)
    writev(fd, [Buffer.concat(buffers).subarray(0, most)], position, done as never)
  }
  const mocked = mock.method(fs, 'writev', some as never)
  try {
    await work()
    assert.ok(mocked.mock.callCount() > 0)
  } finally {
    mocked.mock.restore()
  }
}

test('what the system takes little by little is written whole, and what it does not take was not appended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-files-'))
  try {
    const shard = { logId: 'log', shardId: 's0' }
    const texts = ['first', 'x'.repeat(3000), 'last']
    const append = (log: StreamLog, text: string) =>
      log.append(shard, [{ partitionKey: 'k', data: Buffer.from(text) }])
    {
      await using log = await openDiskStreamLog({ folder })
      await taking(7, async () => {
        await log.createShard(shard)
        for (const text of texts) await append(log, text)
      })
      await taking(0, () =>
        assert.rejects(append(log, 'nothing'), (error) => isLakeError(error, 'LogFailed')),
      )
      assert.deepEqual(await append(log, 'after'), [4n])
    }
    await using log = await openDiskStreamLog({ folder })
    const records = await log.read(shard, { after: 0n, limitRecords: 10, limitBytes: 1e6 })
    const found = records.map(({ data }) => Buffer.from(data).toString())
    assert.deepEqual(found, [...texts, 'after'])
  } finally {
    await rm(folder, { recursive: true })
  }
})
