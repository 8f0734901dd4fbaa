import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SequenceNumbers, StreamErrors, type PutResults } from '#ingestion/streams'
import { printed } from '#protocol/aws'
import { putRecordsOutput } from './put-records-output.ts'

const shards = [0, 7, 123_456_789, 0x7fff_ffff].map((number) => ({
  shard: { number, id: `shardId-${String(number).padStart(12, '0')}` },
  numbers: new SequenceNumbers({ number, createdAtMs: 1_700_000_000_000 + (number % 99) * 1000 }),
}))

/** Records over the shards, each shard's with sequences that follow each other from `first` on. */
function resultsOf(count: number, first: number, errors: PutResults['errors']): PutResults {
  const places = Int32Array.from({ length: count }, (_, index) => (index * index) % shards.length)
  const next = shards.map((_, place) => first + place)
  const sequences = Float64Array.from(places, (place) => next[place]!++)
  return { shards, places, sequences, errors }
}

test('the text of an answer is that of its members', () => {
  for (const [count, first] of [
    [1, 1],
    [500, 9_999_900],
    [500, 2 ** 40],
    [2000, 2 ** 40 + 77],
    [3, 5],
  ] as const) {
    const output = putRecordsOutput(resultsOf(count, first, new Map()), 'KMS')
    const { Records, FailedRecordCount, EncryptionType } = output
    assert.equal(Records!.length, count)
    assert.equal(printed(output), JSON.stringify({ Records, FailedRecordCount, EncryptionType }))
  }
})

test('an answer that tells of failures is not printed by itself', () => {
  const errors = new Map([
    [1, StreamErrors.ThroughputExceeded('Rate exceeded for "x".')],
    [2, StreamErrors.DiskFull('full')],
  ])
  const output = putRecordsOutput(resultsOf(4, 1, errors), 'NONE')
  assert.equal(printed(output), undefined)
  assert.equal(output.FailedRecordCount, 2)
  assert.deepEqual(
    output.Records!.map(({ ErrorCode, ShardId }) => [ErrorCode, ShardId]),
    [
      [undefined, shards[0]!.shard.id],
      ['ProvisionedThroughputExceededException', undefined],
      ['InternalFailure', undefined],
      [undefined, shards[1]!.shard.id],
    ],
  )
})
