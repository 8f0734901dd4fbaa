import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { Type } from '#catalog/tables'
import { writeAvro } from '#storage/formats'
import { TemporaryEngine } from '#test/engine'
import { convertSql } from './convert.ts'
import { FileSchemas } from './file-schemas.ts'
import { decoding, rowsOf } from './formats.ts'
import { taskInputs } from './task-file.ts'

/** Types that Spark has not: as https://iceberg.apache.org/spec/#avro has them. */
const fields: readonly { readonly type: unknown; readonly is: Type; readonly value: unknown }[] = [
  {
    type: { type: 'long', logicalType: 'time-micros' },
    is: 'time',
    value: 86_399_999_999,
  },
  {
    type: { type: 'fixed', name: 'u', size: 16, logicalType: 'uuid' },
    is: 'uuid',
    value: Buffer.from('f79c3e09677c4bbda479512f87f2ee11', 'hex'),
  },
  { type: { type: 'fixed', name: 'f', size: 3 }, is: 'fixed[3]', value: Buffer.from('abc') },
  {
    type: { type: 'long', logicalType: 'timestamp-nanos', 'adjust-to-utc': false },
    is: 'timestamp_ns',
    value: 1_700_000_000_123_456_789n,
  },
  {
    type: {
      type: 'array',
      logicalType: 'map',
      items: {
        type: 'record',
        name: 'k1_v2',
        fields: [
          { name: 'key', type: 'int', 'field-id': 11 },
          { name: 'value', type: ['null', 'string'], 'field-id': 12 },
        ],
      },
    },
    is: {
      type: 'map',
      'key-id': 11,
      key: 'int',
      'value-id': 12,
      value: 'string',
      'value-required': false,
    },
    value: [{ key: 7, value: 'seven' }],
  },
]

describe('data files of Avro', () => {
  const temporary = new TemporaryEngine()

  it('gives every type of Iceberg as the table says', async () => {
    const path = join(temporary.folder, 'file.avro')
    const schema = {
      type: 'record',
      name: 'r',
      fields: fields.map(({ type }, at) => ({ name: `c${at}`, type, 'field-id': at + 1 })),
    }
    const record = Object.fromEntries(fields.map(({ value }, at) => [`c${at}`, value]))
    await writeFile(path, await writeAvro({ schema, metadata: {}, records: [record] }))
    const file = { name: 't/f0.avro', path, uri: 's3://b/file.avro', sizeBytes: 1 }
    const { signal } = new AbortController()
    const [known] = await new FileSchemas(temporary.engine).of([file], signal)
    assert.deepEqual(
      known!.fields.map(({ id }) => id),
      [1, 2, 3, 4, 5],
    )
    const { encoding, columns } = known!.decoder!
    const read = decoding(file, encoding, columns, { numbered: true })
    const items = fields.map(({ is }, at) => {
      const sql = convertSql(`s.f${at}`, known!.fields[at]!.type, is, {})
      return `CAST(${sql} AS VARCHAR)`
    })
    const rows = rowsOf([read], { file: true, position: true })
    const result = await temporary.engine.run(
      {
        ...taskInputs([read]),
        statements: [`SELECT ${items.join(', ')}, s.file_row_number FROM ${rows} AS s`],
      },
      signal,
    )
    assert.deepEqual(result.rows, [
      [
        '23:59:59.999999',
        'f79c3e09-677c-4bbd-a479-512f87f2ee11',
        'abc',
        '2023-11-14 22:13:20.123456789',
        '{7=seven}',
        0,
      ],
    ])
  })
})
