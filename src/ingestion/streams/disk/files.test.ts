import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
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
