import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AvroPairs, skipPairs } from './pairs.ts'
import { readAvroRecords } from './records.ts'
import { writeAvro } from './write-container.ts'

const pairs = (name: string, values: string) => ({
  name: `${name}s`,
  type: [
    'null',
    {
      type: 'array',
      logicalType: 'map',
      items: {
        type: 'record',
        name,
        fields: [
          { name: 'key', type: 'int' },
          { name: 'value', type: values },
        ],
      },
    },
  ],
})

const schema = {
  type: 'record',
  name: 'r',
  fields: [pairs('count', 'long'), pairs('bound', 'bytes'), { name: 'after', type: 'string' }],
}

describe('pairs of an Avro file', () => {
  const file = (records: readonly object[]) => writeAvro({ schema, metadata: {}, records })

  it('are maps that are read where they lie', async () => {
    const counts = [
      { key: 1, value: 7 },
      { key: 300, value: 2 ** 52 },
      { key: -2, value: -1 },
      { key: 1, value: 8 },
    ]
    const bounds = [
      { key: 5, value: Buffer.from('five') },
      { key: 6, value: Buffer.alloc(0) },
    ]
    const { records } = await readAvroRecords(
      await file([
        { counts, bounds, after: 'a' },
        { counts: null, bounds: [], after: 'b' },
      ]),
    )
    const [first, second] = records
    const found = first!['counts'] as AvroPairs<number>
    assert.ok(found instanceof AvroPairs)
    assert.deepEqual(
      new Map(found),
      new Map([
        [1, 8],
        [300, 2 ** 52],
        [-2, -1],
      ]),
    )
    assert.deepEqual(
      [found.size, found.get(1), found.get(2), found.has(300)],
      [3, 8, undefined, true],
    )
    const bytes = first!['bounds'] as AvroPairs<Buffer>
    assert.deepEqual([...bytes.values()].map(String), ['five', ''])
    assert.equal(second!['counts'], null)
    assert.equal((second!['bounds'] as AvroPairs<Buffer>).size, 0)
    assert.deepEqual([first!['after'], second!['after']], ['a', 'b'])
  })

  it('that are cut off leave the reader behind the end, and never without one', () => {
    // Two pairs (1: 500, 2: 3), then the end; and the same with the block's length in bytes before it.
    const plain = [4, 2, 0xe8, 7, 4, 6, 0]
    const sized = [3, 10, 2, 0xe8, 7, 4, 6, 0]
    for (const bytes of [plain, sized]) {
      const whole = Buffer.from(bytes)
      const tap = { buf: Buffer.concat([whole, Buffer.from('rest')]), pos: 0 }
      skipPairs(tap, 'long')
      assert.equal(tap.pos, whole.length)
      const pairsOf = new AvroPairs<number>(whole, 0, 'long')
      assert.deepEqual(
        [...pairsOf],
        [
          [1, 500],
          [2, 3],
        ],
      )
      for (let length = 0; length < whole.length; length += 1) {
        const cut = { buf: whole.subarray(0, length), pos: 0 }
        skipPairs(cut, 'long')
        assert.equal(cut.pos, length + 1, `${length} bytes`)
      }
    }
    for (const hostile of [
      [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 2, 2],
      [2, 2, 0xfe, 0xff, 0xff, 0xff, 0x0f, 1],
      [2, 2, 1],
    ]) {
      const tap = { buf: Buffer.from(hostile), pos: 0 }
      skipPairs(tap, 'bytes')
      assert.equal(tap.pos, hostile.length + 1)
    }
  })
})
