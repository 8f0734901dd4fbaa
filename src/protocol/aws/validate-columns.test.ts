import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kinesis from '@aws-sdk/client-kinesis'
import { jsonCodec } from './json-rpc/json.ts'
import { listColumns } from './list-columns.ts'
import { readClient } from './schema.ts'
import { compileValidator } from './validate.ts'

const shape = readClient(kinesis).operations.get('PutRecords')!.input!
const codec = jsonCodec('name')
const validate = compileValidator(shape, {
  '*.StreamName': { min: 1, max: 6, pattern: /[a-z]+/ },
  'PutRecordsInput.Records': { min: 1, max: 5 },
  'PutRecordsInput.Records[].PartitionKey': { min: 1, max: 4 },
  'PutRecordsInput.Records[].ExplicitHashKey': { pattern: /0|([1-9]\d{0,5})/ },
  'PutRecordsInput.Records[].Data': { max: 8 },
})

function violationsOf(value: unknown): readonly string[] {
  const bytes = Buffer.from(JSON.stringify(value))
  const general = validate(codec.decode(shape, Buffer.from(bytes)))
  const input = codec.decodeInPlace(shape, bytes)
  assert.ok(listColumns(input), 'it was read as columns')
  assert.deepEqual(validate(input), general, JSON.stringify(value))
  return general
}

test('a list that was read as columns is refused for what its objects would be refused for', () => {
  const row = { Data: 'aGVsbG8=', PartitionKey: 'k' }
  assert.deepEqual(violationsOf({ StreamName: 's', Records: [row, row] }), [])
  const wrong = [
    { StreamName: 's', Records: [] },
    { StreamName: 'S', Records: [row] },
    { StreamName: 'toolong', Records: [{ Data: row.Data }] },
    { StreamName: 's', Records: Array.from({ length: 6 }, () => row) },
    { StreamName: 's', Records: [row, { PartitionKey: 'k' }] },
    { StreamName: 's', Records: [{ ...row, PartitionKey: '' }] },
    { StreamName: 's', Records: [{ ...row, PartitionKey: '12345' }] },
    { StreamName: 's', Records: [{ ...row, ExplicitHashKey: '01' }] },
    { StreamName: 's', Records: [{ ...row, ExplicitHashKey: '' }] },
    { StreamName: 's', Records: [{ ...row, Data: 'aGVsbG8gaGVsbG8=' }] },
  ]
  for (const value of wrong) assert.ok(violationsOf(value).length > 0, JSON.stringify(value))
  for (const hashKey of ['0', '10', '999999']) {
    assert.deepEqual(
      violationsOf({ StreamName: 's', Records: [{ ...row, ExplicitHashKey: hashKey }] }),
      [],
    )
  }
})
