import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bufferSource } from '../byte-source.ts'
import { type FieldType, type FieldValue, batchTextMax, BatchBuilder } from '../field-type.ts'
import { openOrc } from './reader.ts'
import { OrcWriter } from './writer.ts'

function write(type: FieldType, values: readonly FieldValue[], stripeRows?: number): Buffer {
  const parts: Buffer[] = []
  const writer = new OrcWriter({
    fields: [{ name: 'v', type }],
    compression: 'zlib',
    write: (bytes) => parts.push(bytes),
    ...(stripeRows === undefined ? {} : { stripeRows }),
  })
  writer.add({ rowCount: values.length, columns: [values] })
  writer.finish()
  return Buffer.concat(parts)
}

const read = (bytes: Buffer) =>
  [...openOrc(bufferSource(bytes)).rows([0])].flatMap((batch) => batch.columns[0]!)

// PyArrow and Spark read what this writes: test/clients/test_formats.py, and docs/internals/engine.md.
describe('writing ORC', () => {
  it('keeps integers to their bounds, in runs and out of them', () => {
    const bounds = [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, -(2n ** 53n) - 1n]
    const values = [
      ...bounds,
      null,
      ...Array.from({ length: 300 }, (_, index) => BigInt(index * 100)),
      ...Array.from({ length: 200 }, () => 7n),
      ...Array.from({ length: 150 }, (_, index) => BigInt(index) ** 3n * (index % 2 ? 1n : -1n)),
    ]
    assert.deepEqual(read(write({ kind: 'int64' }, values)), values)
    assert.deepEqual(read(write({ kind: 'int64' }, values, 100)), values)
  })

  it('keeps times on both sides of the epoch, and refuses what the format cannot hold', () => {
    const values = [0n, 1n, 999_999n, -1_000_000n, -1_500_000n, -86_400_000_001n, 10n ** 16n]
    assert.deepEqual(read(write({ kind: 'timestamp' }, values)), values)
    for (const value of [-1n, -500_000n, -999_000n]) {
      assert.throws(() => write({ kind: 'timestamp' }, [value]), /last second of 1969/)
    }
  })

  it('writes a file without rows, and a stripe before values outgrow it', () => {
    assert.deepEqual(read(write({ kind: 'string' }, [])), [])
    const long = Array.from({ length: 9 }, (_, index) => String(index).repeat(20 * 1024 * 1024))
    assert.deepEqual(
      read(write({ kind: 'string' }, long)).map((value) => String(value).length),
      long.map((value) => value.length),
    )
  })
})

it('ends a batch before its text outgrows it', () => {
  const builder = new BatchBuilder(1)
  const text = 'x'.repeat(batchTextMax / 2 + 1)
  assert.equal(builder.add([text]), undefined)
  assert.equal(builder.add([text])?.rowCount, 2)
})
