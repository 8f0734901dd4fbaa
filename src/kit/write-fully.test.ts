import assert from 'node:assert/strict'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mock, test } from 'node:test'
import { writeFully } from './write-fully.ts'

test('all is written, however little the system takes at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-write-'))
  try {
    const pieces = ['some', '', 'more', 'pieces of a file'].map((text) => Buffer.from(text))
    const whole = Buffer.concat(pieces).toString()
    for (const most of [1, 3, 5, 1000]) {
      for (const position of [undefined, 2]) {
        const path = join(folder, `${most}-${position}`)
        await using file = await open(path, 'wx')
        takeAtMost(file, most)
        await writeFully(file, pieces, position)
        await writeFully(file, [])
        if (position === undefined) await writeFully(file, pieces)
        const found = await readFile(path, 'latin1')
        assert.equal(found, position === undefined ? whole + whole : `\0\0${whole}`)
      }
    }
    await using file = await open(join(folder, 'nothing'), 'wx')
    takeAtMost(file, 0)
    await assert.rejects(writeFully(file, pieces), /nothing could be written/)
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** Real writes, of fewer bytes than were asked for. */
function takeAtMost(file: Awaited<ReturnType<typeof open>>, most: number): void {
  const write = file.write.bind(file)
  const some = (bytes: Uint8Array, position: number | null | undefined) =>
    most === 0 ? { bytesWritten: 0 } : write(bytes.subarray(0, most), 0, undefined, position)
  mock.method(file, 'writev', async (pieces: readonly Uint8Array[], position?: number) =>
    some(Buffer.concat(pieces), position),
  )
  mock.method(
    file,
    'write',
    async (bytes: Uint8Array, at: number, length: number, position: number | null) =>
      some(bytes.subarray(at, at + length), position),
  )
}
