import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { DirectorySync } from './directory-sync.ts'
import { PackWriter } from './pack-writer.ts'

test('who appends again as soon as he is told of the last one is not left waiting', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-pack-writer-'))
  try {
    const writer = new PackWriter({
      folder,
      epoch: '00000001',
      packBytesMax: 1 << 20,
      directories: new DirectorySync(),
      onSealed: () => {},
    })
    const ids = new Set<string>()
    for (let number = 0; number < 20; number += 1) {
      ids.add(await writer.append([Buffer.from(`blob ${number}`)], `blob ${number}`.length))
    }
    assert.equal(ids.size, 20)
    await writer.close()
    assert.equal((await readdir(folder)).length, 1)
  } finally {
    await rm(folder, { recursive: true })
  }
})
