import assert from 'node:assert/strict'
import fs from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { numbersOfPiece } from './read-messages.ts'
import { readPieces } from './read-threads.ts'

const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 31) % 251))

/** Two open files: the content, and the same backwards. */
async function openFiles() {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-pieces-'))
  const contents = [content, Buffer.from(content).reverse()]
  const fds: number[] = []
  for (const [index, bytes] of contents.entries()) {
    await writeFile(join(folder, `${index}`), bytes)
    fds.push(fs.openSync(join(folder, `${index}`), 'r'))
  }
  return {
    contents,
    fds,
    [Symbol.asyncDispose]: async () => {
      for (const fd of fds) fs.closeSync(fd)
      await rm(folder, { recursive: true })
    },
  }
}

type Piece = readonly [file: number, position: number, sizeBytes: number]

const own = (sizeBytes: number) => Buffer.allocUnsafeSlow(sizeBytes)

function numbersOf(fds: readonly number[], pieces: readonly Piece[]): Float64Array {
  return Float64Array.from(pieces.flatMap(([file, at, sizeBytes]) => [fds[file]!, at, sizeBytes]))
}

describe('pieces of files', () => {
  it('are read one behind the other, whatever their files, lengths and order', async () => {
    await using files = await openFiles()
    const read = async (count: number) => {
      const pieces = Array.from({ length: count }, (_, index): Piece => {
        const sizeBytes = 1 + ((index * 997) % 700)
        return [index % 2, (index * 7919) % (content.byteLength - sizeBytes), sizeBytes]
      })
      const expected = Buffer.concat(
        pieces.map(([file, at, sizeBytes]) => files.contents[file]!.subarray(at, at + sizeBytes)),
      )
      const numbers = numbersOf(files.fds, pieces)
      assert.equal(numbers.length, count * numbersOfPiece)
      const { buffer, filledBytes } = await readPieces(numbers, expected.byteLength, own)
      assert.equal(filledBytes, expected.byteLength)
      assert.ok(buffer.equals(expected))
    }
    await Promise.all(Array.from({ length: 60 }, (_, index) => read(1 + index * 5)))
  })

  it('end where a file does', async () => {
    await using files = await openFiles()
    const pieces: readonly Piece[] = [
      [0, 0, 10],
      [1, content.byteLength - 7, 20],
      [0, 0, 10],
    ]
    const { filledBytes } = await readPieces(numbersOf(files.fds, pieces), 40, own)
    assert.equal(filledBytes, 17)
  })

  it('that cannot be read are an error of the system, for whoever asked alone', async () => {
    await using files = await openFiles()
    const good = numbersOf(files.fds, [[0, 5, 100]])
    const folderFd = fs.openSync(tmpdir(), 'r')
    try {
      const outcomes = await Promise.allSettled([
        readPieces(good, 100, own),
        readPieces(numbersOf([folderFd], [[0, 0, 10]]), 10, own),
        readPieces(good, 100, () => {
          throw new RangeError('no memory')
        }),
        readPieces(good, 100, own),
      ])
      const codes = outcomes.map((each) =>
        each.status === 'rejected' ? (each.reason.code ?? each.reason.message) : each.status,
      )
      assert.deepEqual(codes, ['fulfilled', 'EISDIR', 'no memory', 'fulfilled'])
    } finally {
      fs.closeSync(folderFd)
    }
  })

  it('fail when the thread ends under them, and the next have another', async () => {
    await using files = await openFiles()
    const good = numbersOf(files.fds, [[0, 5, 100]])
    await readPieces(good, 100, own)
    // No number of an open file: the thread does not live through it.
    const broken = readPieces(numbersOf([Number.NaN], [[0, 0, 10]]), 10, own)
    await assert.rejects(broken)
    const { buffer } = await readPieces(good, 100, own)
    assert.ok(buffer.equals(content.subarray(5, 105)))
  })
})
