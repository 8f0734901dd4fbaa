import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { OrcCompression } from '@aws-sdk/client-firehose'
import { poll } from '../harness/index.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { prepareFirehose } from './firehose-lake.ts'

let lake: AthenaLake
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  lake = await startAthenaLake()
  front = await prepareFirehose(lake.lake, 'orc')
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

// https://docs.aws.amazon.com/firehose/latest/APIReference/API_OrcSerDe.html
test('records become ORC by the schema of a table, and are read from it, also before their delivery', async () => {
  for (const Compression of ['NONE', 'ZLIB', 'SNAPPY'] satisfies OrcCompression[]) {
    const table = `orders_${Compression.toLowerCase()}`
    await lake.run(
      `CREATE EXTERNAL TABLE ${table} (id int, price decimal(8,2), at timestamp, tags array<string>) STORED AS ORC LOCATION 's3://orc/${table}/'`,
    )
    await front.create(table, {
      Prefix: `${table}/`,
      ErrorOutputPrefix: 'wrong/',
      DataFormatConversionConfiguration: {
        SchemaConfiguration: { DatabaseName: 'shop', TableName: table, RoleARN: front.roleArn },
        InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
        OutputFormatConfiguration: { Serializer: { OrcSerDe: { Compression } } },
      },
    })
    await front.put(table, [
      '{"id": 1, "price": 9.5, "at": "2026-01-02 03:04:05.678", "tags": ["a", null]}',
      '{"id": 2}',
    ])
    const rows = [
      ['1', '9.50', '2026-01-02 03:04:05.678', '[a, null]'],
      ['2', null, null, null],
    ]
    const sql = `SELECT * FROM ${table} ORDER BY id`
    assert.deepEqual(await lake.run(sql), rows, 'at once')
    const keys = await poll(`a delivery to ${table}`, async () => {
      const found = await front.keys(`${table}/`)
      return found.length > 0 && found
    })
    assert.ok(
      keys.every((key) => key.endsWith('.orc')),
      String(keys),
    )
    assert.equal((await front.body(keys[0]!)).subarray(0, 3).toString(), 'ORC')
    assert.deepEqual(await lake.run(sql), rows, 'delivered')
  }
})
