import assert from 'node:assert/strict'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { diskFiles, type LogFiles } from './files.ts'
import { batchMagic } from './segment-format.ts'

const shard = { logId: 'log', shardId: 's0' }

test('a torn tail in which much looks like batches is read once, not from each of them on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-torn-'))
  try {
    {
      await using log = await openDiskStreamLog({ folder })
      await log.createShard(shard)
      await log.append(shard, [{ partitionKey: 'k', data: Buffer.from('a') }])
    }
    const path = join(folder, shard.logId, '0000000001.seg')
    const tail = Buffer.alloc(12 * 1024 * 1024)
    for (let at = 100; at + 40 < tail.byteLength; at += 4096) {
      tail.writeUInt32LE(batchMagic, at)
      tail.writeUInt32LE(6 * 1024 * 1024, at + 4)
    }
    await appendFile(path, tail)
    let readBytes = 0
    const files: LogFiles = {
      ...diskFiles,
      read: (fd, buffer, position) => {
        readBytes += buffer.byteLength
        return diskFiles.read(fd, buffer, position)
      },
    }
    await using log = await openDiskStreamLog({ folder, files })
    assert.equal((await log.tip(shard)).sequence, 1n)
    assert.ok(readBytes < 3 * tail.byteLength, `${readBytes} bytes were read`)
  } finally {
    await rm(folder, { recursive: true })
  }
})
