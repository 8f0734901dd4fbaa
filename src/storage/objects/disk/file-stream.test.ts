import assert from 'node:assert/strict'
import { closeSync, fsyncSync, openSync, readSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, beforeEach, describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { ManualClock, loadSystemCalls } from '#kit'
import { chunkBytes, smallBytes } from './chunk-buffers.ts'
import { FileStream } from './file-stream.ts'
import { isHot, readHot } from './hot-reads.ts'
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

  /** Takes the file out of memory, as the system does when it has other use for it. */
  const evict = async () => {
    const { default: koffi } = await import('koffi')
    const advise = koffi.load(null).func('int posix_fadvise(int, int64_t, int64_t, int)')
    fsyncSync(fd)
    const notNeeded = 4
    assert.equal(advise(fd, 0, 0, notNeeded), 0)
  }

  it('waits for the disk elsewhere: here it reads and sends what is in memory, and no more', async (t) => {
    const system = await loadSystemCalls()
    if (!system) return t.skip('no Linux, or koffi is missing')
    await pumped()
    assert.equal(soundness.isKnown(fd), true)
    const chunk = Buffer.alloc(chunkBytes)
    assert.equal(isHot(fd, 0, right.length), true)
    assert.equal(readHot(fd, chunk, chunkBytes, 1000), chunkBytes)
    assert.deepEqual(chunk, right.subarray(1000, 1000 + chunkBytes))
    assert.equal(readHot(fd, chunk, 500, right.length - 100), 100)
    assert.equal(readHot(fd, chunk, 500, right.length), 0)

    await evict()
    // Neither a system that does not tell, nor a file system that keeps its files in memory.
    if (system.isInMemory(fd, 0, right.length) !== false)
      return t.skip('nothing leaves memory here')
    assert.equal(isHot(fd, 0, 1), false)
    assert.equal(readHot(fd, chunk, chunkBytes, 0), undefined)
    readSync(fd, chunk, 0, 1, 0)
    assert.equal(isHot(fd, 0, 1), true)
    assert.equal(isHot(fd, 0, right.length), false)
  })

  it('gives the same bytes whatever of it is in memory, sent, or sent in part', async (t) => {
    if (!(await loadSystemCalls())) return t.skip('no Linux, or koffi is missing')
    await pumped()
    let sentBytes = 0
    for (let round = 0; round < 20; round += 1) {
      if (round % 3 === 1) await evict()
      if (round % 6 === 1) readSync(fd, Buffer.alloc(1000), 0, 1000, 10_000 * round)
      const start = round % 2 === 0 ? 0 : 5_003 * round
      const sizeBytes = right.length - start - 17 * round
      const got = Buffer.alloc(sizeBytes)
      let length = 0
      const target = new Writable({
        write(chunk: Buffer, _encoding, done) {
          length += chunk.copy(got, length)
          setImmediate(done)
        },
      })
      const file = { fd, sizeBytes: right.length, soundness, release: () => {} }
      const corrupt = () => new Error('damaged')
      const options = { expected: undefined, corrupt, sentBytesMin: 1 }
      const source = new FileStream(file, { start, sizeBytes }, options)
      let calls = 0
      await source.pumpTo(target, (from, position, asked) => {
        calls += 1
        if (calls % 7 === 6) return 0
        const taken = calls % 2 === 0 ? asked : Math.ceil(asked / 3)
        assert.equal(position, start + length)
        sentBytes += taken
        length += readSync(from, got, length, taken, position)
        return taken
      })
      assert.equal(length, sizeBytes)
      assert.ok(got.equals(right.subarray(start, start + sizeBytes)))
    }
    assert.ok(sentBytes > 0)
  })

  it('keeps little for a reader that takes nothing: where the system would send, and where many are', async () => {
    await pumped()
    const file = { fd, sizeBytes: right.length, soundness, release: () => {} }
    const stalled = (takesNothing?: () => number) => {
      const options = { expected: undefined, corrupt: () => new Error('damaged'), sentBytesMin: 1 }
      const source = new FileStream(file, { start: 0, sizeBytes: right.length }, options)
      const first = Promise.withResolvers<number>()
      const target = new Writable({
        // It is never done.
        write: (chunk: Buffer) => first.resolve(chunk.buffer.byteLength),
      })
      const pumping = assert.rejects(source.pumpTo(target, takesNothing), /gone/)
      const end = async () => {
        source.on('error', () => {})
        source.destroy(new Error('gone'))
        await pumping
      }
      return { first: first.promise, end }
    }
    if (await loadSystemCalls()) {
      const waiting = stalled(() => 0)
      assert.equal(await waiting.first, smallBytes)
      await waiting.end()
    }
    const many = Array.from({ length: 300 }, () => stalled())
    const kept = await Promise.all(many.map(({ first }) => first))
    assert.ok(kept.filter((bytes) => bytes === chunkBytes).length <= 128)
    assert.ok(kept.every((bytes) => bytes === chunkBytes || bytes === smallBytes))
    await Promise.all(many.map(({ end }) => end()))
    const next = stalled()
    assert.equal(await next.first, chunkBytes)
    await next.end()
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
