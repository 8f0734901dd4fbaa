import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blockBytes, SegmentBlocks } from './segment-blocks.ts'
import { SegmentIndex } from './segment-index.ts'
import type { Segment } from './segment.ts'

const sizeBytes = 3 * blockBytes + 1000
const content = Buffer.from(Array.from({ length: 4099 }, (_, index) => (index * 31) % 253))

/** A file whose every byte tells where it stands and whose it is. */
class CountedFile {
  reads = 0
  isBroken = false
  readonly segment: Segment
  readonly #shift: number

  constructor(shift = 0, index?: SegmentIndex) {
    this.#shift = shift
    const plain = { number: 1, firstNumber: 1, path: 'a', isGrouped: true, durableBytes: sizeBytes }
    this.segment = index ? { ...plain, index } : plain
  }

  byteAt(offset: number): number {
    return (content[offset % content.byteLength]! + this.#shift) % 256
  }

  readonly read = async (buffer: Buffer, offset: number): Promise<number> => {
    this.reads += 1
    const isBroken = this.isBroken
    await new Promise((resolve) => setImmediate(resolve))
    if (isBroken) throw new Error('EIO: i/o error')
    for (let at = 0; at < buffer.byteLength; at += 1) buffer[at] = this.byteAt(offset + at)
    return buffer.byteLength
  }
}

async function check(blocks: SegmentBlocks, file: CountedFile, offset: number, length: number) {
  const into = Buffer.alloc(length)
  assert.equal(await blocks.fill(file.segment, offset, into, file.read), length)
  for (const at of [0, length >> 1, length - 1]) assert.equal(into[at], file.byteAt(offset + at))
}

describe('blocks of segments that many readers share', () => {
  it('are read when they are asked for twice, once for all, and then serve without a call', async () => {
    const blocks = new SegmentBlocks(8 * blockBytes)
    const file = new CountedFile()
    await check(blocks, file, 10, 100)
    assert.equal(file.reads, 1)
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => check(blocks, file, index * 999, 500)),
    )
    assert.equal(file.reads, 2)
    // The last block ends where the segment does.
    for (let round = 0; round < 5; round += 1) await check(blocks, file, 3 * blockBytes + 900, 100)
    assert.equal(file.reads, 4)
  })

  it('are passed by for what is large, goes over their end, or is not all durable yet', async () => {
    const blocks = new SegmentBlocks(8 * blockBytes)
    const sealed = new CountedFile()
    for (const [offset, length] of [
      [0, 300_000],
      [blockBytes - 10, 20],
    ] as const) {
      sealed.reads = 0
      for (let round = 0; round < 4; round += 1) await check(blocks, sealed, offset, length)
      assert.equal(sealed.reads, 4)
    }
    const written = new CountedFile(0, new SegmentIndex())
    for (let round = 0; round < 4; round += 1) await check(blocks, written, 3 * blockBytes + 10, 20)
    assert.equal(written.reads, 4)
    for (let round = 0; round < 4; round += 1) await check(blocks, written, blockBytes + 10, 20)
    assert.equal(written.reads, 6)
  })

  it('keep apart segments of one name, and give the right bytes while they drive each other out', async () => {
    const blocks = new SegmentBlocks(2 * blockBytes)
    const files = [0, 50, 100, 150].map((shift) => new CountedFile(shift))
    const all = files.flatMap((file) =>
      Array.from({ length: 60 }, (_, index) =>
        check(blocks, file, (index % 3) * blockBytes + index * 700, 300),
      ),
    )
    await Promise.all(all)
    for (const file of files) await check(blocks, file, 5, 100)
  })

  it('leave it to the reader to tell what is wrong with the file, and are tried again', async () => {
    const blocks = new SegmentBlocks(2 * blockBytes)
    const file = new CountedFile()
    await check(blocks, file, 0, 10)
    file.isBroken = true
    await assert.rejects(blocks.fill(file.segment, 0, Buffer.alloc(10), file.read), /EIO/)
    file.isBroken = false
    file.reads = 0
    for (let round = 0; round < 6; round += 1) await check(blocks, file, 0, 10)
    assert.equal(file.reads, 2)
  })
})
