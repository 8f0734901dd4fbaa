import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TableRecord } from '#catalog/metastore'
import { partitionOf } from './partitions.ts'

function table(location: string, ...keys: string[]): TableRecord {
  return {
    name: 't',
    database: 'd',
    createTimeMs: 0,
    updateTimeMs: 0,
    createdBy: '',
    versionId: '0',
    storage: { location, inputFormat: 'parquet' },
    partitionKeys: keys.map((name) => ({ name, type: 'string' })),
  }
}

test('folders name partitions, by key or by place', () => {
  const cases: readonly [TableRecord, string, readonly string[] | undefined][] = [
    [table('s3://b/t/', 'year', 'month'), 't/year=2024/month=02/x', ['2024', '02']],
    [table('s3://b/t', 'year', 'month'), 't/month=02/Year=2024/x', ['2024', '02']],
    [table('s3://b/t', 'year', 'month'), 't/2024/02/x', ['2024', '02']],
    [table('s3://b', 'day'), 'day=2024-02-29%2012/x', ['2024-02-29 12']],
    [table('s3://b/t', 'year', 'month'), 't/2024/02/29/x', undefined],
    [table('s3://b/t', 'year', 'month'), 't/year=2024/x', undefined],
    [table('s3://b/t', 'year'), 'other/year=2024/x', undefined],
    [table('s3://b/t', 'year'), 'tt/year=2024/x', undefined],
    [table('s3://other/t', 'year'), 't/year=2024/x', undefined],
    [table('s3://b/t'), 't/year=2024/x', undefined],
  ]
  for (const [of, key, values] of cases) {
    assert.deepEqual(partitionOf(of, 'b', key)?.values, values, key)
  }
})

test('a partition has the storage of its table, at its own place', () => {
  assert.deepEqual(partitionOf(table('s3://b/t/', 'day'), 'b', 't/day=1/x')?.storage, {
    location: 's3://b/t/day=1/',
    inputFormat: 'parquet',
  })
})
