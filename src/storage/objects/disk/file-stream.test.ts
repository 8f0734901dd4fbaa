import assert from 'node:assert/strict'
import { closeSync, openSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, beforeEach, describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { ManualClock } from '#kit'
import { chunkBytes } from './chunk-buffers.ts'
import { FileStream } from './file-stream.ts'
import { Soundness } from './soundness.ts'

const right = Buffer.alloc(1_300_000, 'the bytes of a file ')
const wrong = Buffer.from(right).fill('x', 700_000, 700_001)

describe('a stream of a file', () => {
  let folder: string
  let path: string
  let fd: number
  let clock: ManualClock
  let soundness: Soundness
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-stream-'))
    path = join(folder, 'file')
    writeFileSync(path, right)
    fd = openSync(path, 'r')
  })
  /** Writes until it shows in the file's times, which move by some milliseconds at once. */
  const change = (bytes: Buffer) => {
    const before = statSync(path).ctimeMs
    while (statSync(path).ctimeMs === before) writeFileSync(path, bytes)
  }
  beforeEach(() => {
    change(right)
    // So much later that a further change shows in the file's times.
    clock = new ManualClock(Date.now() + 5_000)
    soundness = new Soundness(clock)
  })
  after(async () => {
    closeSync(fd)
    await rm(folder, { recursive: true })
  })

  const stream = (anew = false) =>
    new FileStream(
      { fd, sizeBytes: right.length, soundness, release: () => {} },
      { start: 0, sizeBytes: right.length },
      { expected: crc32(right), corrupt: () => new Error('damaged'), anew },
    )
  const pumped = async (anew?: boolean) => {
    const chunks: Buffer[] = []
    const target = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(Buffer.from(chunk))
        setImmediate(done)
      },
    })
    const source = stream(anew)
    source.on('error', () => {})
    await source.pumpTo(target)
    return Buffer.concat(chunks)
  }

  it('gives the same bytes when it is read and when it writes itself, checked or known', async () => {
    for (const isKnown of [false, true]) {
      assert.equal(soundness.isKnown(fd), isKnown)
      assert.deepEqual(await pumped(), right)
      assert.deepEqual(await buffer(stream()), right)
    }
  })

  it('is checked again when the file has changed, when a minute has passed, and when asked to', async () => {
    await pumped()
    change(wrong)
    assert.equal(soundness.isKnown(fd), false)
    await assert.rejects(pumped(), /damaged/)
    await assert.rejects(buffer(stream()), /damaged/)
    assert.equal(soundness.isKnown(fd), false)

    change(right)
    await pumped()
    assert.equal(soundness.isKnown(fd), true)
    clock.advance(60_001)
    assert.equal(soundness.isKnown(fd), false)

    await pumped()
    await pumped(true)
    change(wrong)
    await assert.rejects(pumped(true), /damaged/)
  })

  it('is not known to be right when the file was changed just before, or meanwhile', async () => {
    soundness = new Soundness(new ManualClock(Date.now()))
    await pumped()
    assert.equal(soundness.isKnown(fd), false)

    soundness = new Soundness(clock)
    const found = soundness.watch(fd)
    change(right)
    found()
    assert.equal(soundness.isKnown(fd), false)
  })

  it('leaves what is being written alone, however many read and however many of them fail', async () => {
    /** Takes each chunk as it is when it is written out, a while after it came. */
    const late = (onSecond: (chunk: Buffer) => void) => {
      const chunks: Buffer[] = []
      let count = 0
      const target = new Writable({
        write(chunk: Buffer, _encoding, done) {
          count += 1
          if (count === 2) onSecond(chunk)
          setTimeout(() => {
            chunks.push(Buffer.from(chunk))
            done()
          }, 2)
        },
      })
      return { target, chunks }
    }
    const abandoned: Buffer[] = []
    const second = right.subarray(chunkBytes, 2 * chunkBytes)
    const read = async (index: number) => {
      const source = stream(index % 2 === 0)
      source.on('error', () => {})
      const isAbandoned = index % 3 === 0
      const { target, chunks } = late((chunk) => {
        if (!isAbandoned) return
        abandoned.push(chunk)
        source.destroy(new Error('gone'))
      })
      const pumping = source.pumpTo(target)
      if (isAbandoned) await assert.rejects(pumping, /gone/)
      else {
        await pumping
        assert.ok(Buffer.concat(chunks).equals(right))
      }
    }
    await Promise.all(Array.from({ length: 100 }, (_, index) => read(index)))
    await Promise.all(Array.from({ length: 100 }, () => pumped()))
    assert.ok(abandoned.length > 30)
    for (const chunk of abandoned) assert.ok(chunk.equals(second))
  })
})
