import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SequenceNumbers, parseSequenceNumber, parseShardName } from './sequence-number.ts'

const shard = { number: 3, createdAtMs: 1_700_000_000_123 }

test('numbers look as those of AWS do, and lead back to the log', () => {
  const numbers = new SequenceNumbers(shard)
  const texts = [0n, 1n, 2n, 500n, 10n ** 15n].map((sequence) => numbers.of(sequence))
  for (const text of texts) assert.match(text, /^49\d{54}$/)
  assert.deepEqual(
    texts.map((text) => parseSequenceNumber(text)?.sequence),
    [0n, 1n, 2n, 500n, 10n ** 15n],
  )
  assert.deepEqual(parseSequenceNumber(texts[1]!), {
    shardNumber: 3,
    shardCreatedAtSeconds: 1_700_000_000,
    sequence: 1n,
  })
  assert.deepEqual(texts.toSorted(), texts)
})

test('numbers of a child shard are greater than all of its parent', () => {
  const parent = new SequenceNumbers(shard)
  const child = new SequenceNumbers({ number: 7, createdAtMs: shard.createdAtMs + 1000 })
  assert.ok(BigInt(child.of(0n)) > BigInt(parent.of(10n ** 15n)))
})

test('numbers in another layout are no numbers of a shard', () => {
  // From https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html: an older layout.
  const older = '49545115243490985018280067714973144582180062593244200961'
  for (const text of [older, '', '0', '12', 'x', '-1', `${2n ** 400n}`]) {
    assert.equal(parseSequenceNumber(text), undefined)
  }
})

test('a shard has several names', () => {
  assert.equal(parseShardName('shardId-000000000001'), 1)
  assert.equal(parseShardName('shardId-1'), 1)
  assert.equal(parseShardName('1'), 1)
  for (const text of ['', 'shardId-', 'shardId-x', '2147483648', 'shardId--1']) {
    assert.equal(parseShardName(text), undefined)
  }
})
