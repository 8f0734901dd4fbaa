import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parsePrimitive } from '../format/primitives.ts'
import { parseTransform } from '../format/transforms.ts'
import { literalOf } from './literals.ts'
import { murmur3 } from './murmur3.ts'
import { transformValue } from './transform-value.ts'

const transformed = (transform: string, type: string, literal: unknown) => {
  const primitive = parsePrimitive(type)
  return transformValue(parseTransform(transform), primitive, literalOf(primitive, literal))
}
const width = 2 ** 31 - 1
const bucketed = (type: string, literal: unknown) => transformed(`bucket[${width}]`, type, literal)

describe('partition transforms', () => {
  it('hash as the specification says', () => {
    // https://iceberg.apache.org/spec/#appendix-b-32-bit-hash-requirements
    const hashes: readonly (readonly [string, unknown, number])[] = [
      ['int', 34, 2017239379],
      ['long', 34, 2017239379],
      ['decimal(9,2)', '14.20', -500754589],
      ['date', '2017-11-16', -653330422],
      ['time', '22:31:08', -662762989],
      ['timestamp', '2017-11-16T22:31:08', -2047944441],
      ['timestamp', '2017-11-16T22:31:08.000001', -1207196810],
      ['timestamptz', '2017-11-16T14:31:08-08:00', -2047944441],
      ['timestamp_ns', '2017-11-16T22:31:08', -2047944441],
      ['timestamp_ns', '2017-11-16T22:31:08.000001001', -1207196810],
      ['string', 'iceberg', 1210000089],
      ['uuid', 'f79c3e09-677c-4bbd-a479-3f349cb785e7', 1488055340],
      ['fixed[4]', '00010203', -188683207],
      ['binary', '00010203', -188683207],
    ]
    for (const [type, literal, hash] of hashes) {
      assert.equal(bucketed(type, literal), (hash & 0x7fffffff) % width, type)
    }
    assert.equal(murmur3(Buffer.from('iceberg')), 1210000089)
  })

  it('cut values off as the specification says', () => {
    // https://iceberg.apache.org/spec/#truncate-transform-details
    assert.equal(transformed('truncate[10]', 'int', 1), 0)
    assert.equal(transformed('truncate[10]', 'int', -1), -10)
    assert.equal(transformed('truncate[10]', 'long', -1), -10n)
    assert.equal(transformed('truncate[50]', 'decimal(9,2)', '10.65'), 1050n)
    assert.equal(transformed('truncate[3]', 'string', 'iceberg'), 'ice')
    assert.equal(transformed('truncate[2]', 'string', 'z😀y'), 'z😀')
    assert.deepEqual(transformed('truncate[3]', 'binary', '0102030405'), Buffer.from([1, 2, 3]))
  })

  it('count years, months, days and hours from 1970, also before it', () => {
    assert.equal(transformed('year', 'date', '2017-11-16'), 47)
    assert.equal(transformed('month', 'date', '2017-11-16'), 574)
    assert.equal(transformed('day', 'timestamp', '2017-11-16T22:31:08'), 17486)
    assert.equal(transformed('hour', 'timestamp', '2017-11-16T22:31:08'), 419686)
    assert.equal(transformed('year', 'date', '1969-12-31'), -1)
    assert.equal(transformed('month', 'date', '1969-12-31'), -1)
    assert.equal(transformed('day', 'timestamp', '1969-12-31T23:59:59.999999'), -1)
    assert.equal(transformed('hour', 'timestamp', '1969-12-31T23:59:59.999999'), -1)
  })
})
