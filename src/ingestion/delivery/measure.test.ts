import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from './batch.ts'
import { bare, scope, settings } from './delivery-lake.fixture.ts'
import { measureDelivery } from './measure.ts'

test('of a channel no fewer records than none are measured when all that a producer packed into one failed', () => {
  const source = {
    kind: 'stream',
    stream: `arn:aws:kinesis:us-east-1:${scope.accountId}:stream/s`,
    roleArn: `arn:aws:iam::${scope.accountId}:role/r`,
    channel: { streamCreatedMs: 0 },
  } as const
  const stream = {
    ...bare,
    ...scope,
    id: 'c',
    name: 'channel/c',
    source,
    settings: settings(0),
    version: 1,
    createdMs: 0,
    updatedMs: undefined,
  }
  const none = new Float64Array()
  const batch: Batch = {
    stream,
    lane: 'target',
    target: stream.settings.target,
    ranges: { logId: 'l', shardIds: [], numbers: [], afters: none, tos: none },
    records: 1,
    bytes: 10,
    oldestMs: 0,
  }
  const measured = new Map<string, number>()
  measureDelivery(({ name, value }) => void measured.set(name, value), batch, 3, 0)
  assert.equal(measured.get('DeliveryToS3.FailedRecordCount'), 3)
  assert.equal(measured.get('DeliveryToS3.SuccessfulRecordCount'), 0)
})
