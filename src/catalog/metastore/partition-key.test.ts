import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeValue, encodeValues, type KeyKind } from './partition-key.ts'

describe('the order of encoded values', () => {
  const bytes = (text: string) => Buffer.from(text)
  const ordered: [KeyKind, readonly string[]][] = [
    [
      'integer',
      [
        '-1000',
        '-999',
        '-11',
        '-10',
        '-1',
        '0',
        '1',
        '9',
        '10',
        '11',
        '99',
        '100',
        '9223372036854775807',
      ],
    ],
    [
      'decimal',
      [
        '-10.5',
        '-10',
        '-1.5',
        '-1.25',
        '-0.5',
        '0',
        '0.05',
        '0.5',
        '1e0',
        '1.25',
        '15e-1',
        '2',
        '1e3',
      ],
    ],
    ['date', ['1999-12-31', '2024-1-2', '2024-01-10', '2024-11-01']],
    [
      'timestamp',
      ['2024-01-01', '2024-01-01 00:00:00.5', '2024-01-01T00:00:01', '2024-01-02 00:00:00'],
    ],
    ['text', ['', '\u0000', '\u0001', '\u0002', 'A', 'a', 'a\u0000', 'aa', 'é', '\ue000', '😀']],
    ['boolean', ['false', 'TRUE']],
  ]
  for (const [kind, values] of ordered) {
    it(kind, () => {
      const encoded = values.map((value) => encodeValue(kind, value)!)
      for (const [index, text] of encoded.slice(1).entries()) {
        assert.ok(
          Buffer.compare(bytes(encoded[index]!), bytes(text)) < 0,
          `${values[index]} before ${values[index + 1]}`,
        )
      }
    })
  }

  it('tells apart values that mean the same, and knows what is not of a kind', () => {
    const keys = [{ name: 'k', type: 'int' }]
    const distinct = new Set(
      ['1', '01', '+1', 'x', '1.0'].map((value) => encodeValues(keys, [value]).key),
    )
    assert.equal(distinct.size, 5)
    assert.equal(encodeValue('integer', '1.5'), null)
    assert.equal(encodeValue('date', '2024-02-30'), null)
    assert.equal(encodeValue('decimal', '1e9999'), null)
  })
})
