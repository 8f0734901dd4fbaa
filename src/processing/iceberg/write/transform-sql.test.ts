import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Value, parsePrimitive, parseTransform, transformValue } from '#catalog/tables'
import { TemporaryEngine } from '#test/engine'
import { valueSql } from '../read/literal.ts'
import { bucketMacros } from './bucket-macros.ts'
import { transformSql } from './transform-sql.ts'

/** Values of each type, edges among them; the catalog's own transforms are held to the specification's examples. */
const values: Readonly<Record<string, readonly Value[]>> = {
  int: [0, 1, -1, 34, 2147483647, -2147483648, 19_723],
  long: [0n, 1n, -1n, 34n, 2n ** 63n - 1n, -(2n ** 63n), 10n ** 12n + 7n, -(10n ** 12n) - 7n],
  'decimal(9, 2)': [0n, 1420n, -1420n, 127n, 128n, -128n, -129n, 999_999_999n],
  'decimal(18, 4)': [1n, -1n, 10n ** 17n, -(10n ** 17n)],
  'decimal(38, 6)': [10n ** 37n + 3n, -(10n ** 37n) - 3n, 5n],
  date: [0, -1, 17_486, -719_000, 20_000, -365],
  time: [0n, 81_068_000_000n, 86_399_999_999n],
  timestamp: [0n, -1n, 1_510_871_468_000_000n, -62_000_000_000_000_001n, 1_510_871_468_000_001n],
  timestamptz: [0n, -1n, 1_510_871_468_123_456n],
  string: ['', 'a', 'ab', 'abc', 'abcd', 'iceberg', 'grüße 🧊 aus dem eis', 'x'.repeat(100)],
  uuid: [Buffer.from('f79c3e09677c4bbda4793f349cb785e7', 'hex'), Buffer.alloc(16)],
  'fixed[4]': [Buffer.from([0, 1, 2, 3])],
  binary: [
    Buffer.alloc(0),
    Buffer.from([0]),
    Buffer.from([0, 1, 2, 3]),
    Buffer.from('ff00fe01fd', 'hex'),
  ],
}

const transforms: Readonly<Record<string, readonly string[]>> = {
  'bucket[16]': [
    'int',
    'long',
    'decimal(9, 2)',
    'decimal(18, 4)',
    'date',
    'time',
    'timestamp',
    'timestamptz',
    'string',
    'uuid',
    'fixed[4]',
    'binary',
  ],
  'bucket[1000003]': ['int', 'long', 'string', 'binary', 'decimal(9, 2)'],
  'truncate[10]': ['int', 'long', 'decimal(9, 2)', 'decimal(38, 6)', 'binary'],
  'truncate[3]': ['string', 'binary'],
  year: ['date', 'timestamp', 'timestamptz'],
  month: ['date', 'timestamp', 'timestamptz'],
  day: ['date', 'timestamp', 'timestamptz'],
  hour: ['timestamp', 'timestamptz'],
}

describe('partition transforms in the engine', () => {
  const temporary = new TemporaryEngine()

  for (const [name, types] of Object.entries(transforms)) {
    for (const typeName of types) {
      it(`${name} of ${typeName} is what the catalog computes`, async () => {
        const type = parsePrimitive(typeName)
        const transform = parseTransform(name)
        // Truncating the least number would leave its type.
        const fits = values[typeName]!.filter(
          (value) =>
            !(name.startsWith('truncate') && value === -(2n ** 63n)) &&
            !(name.startsWith('truncate') && value === -2147483648),
        )
        const rows = fits.map((value, at) => `(${at}, ${valueSql(type, value)})`).join(', ')
        const { rows: found } = await temporary.engine.run({
          statements: [
            ...bucketMacros,
            `SELECT CAST(${transformSql('v', type, transform)} AS ${type.kind === 'binary' && name.startsWith('truncate') ? 'BLOB' : 'VARCHAR'}) FROM (VALUES ${rows}) AS t(n, v) ORDER BY n`,
          ],
        })
        const wanted = fits.map((value) => {
          const result = transformValue(transform, type, value)!
          return Buffer.isBuffer(result) ? result.toString('hex') : String(result)
        })
        assert.deepEqual(
          found.map(([value]) => String(value)),
          wanted,
        )
      })
    }
  }
})
