import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packPlaces, unpackPlaces } from './places.ts'

test('places are unpacked as they were packed, whatever their numbers', () => {
  const edges = [0, 1, 127, 128, 16_383, 16_384, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1]
  const all = new Map(edges.flatMap((number) => edges.map((to, at) => [number + at, to] as const)))
  for (const places of [
    new Map(),
    new Map([['firehose-1', new Map()]]),
    new Map([['firehose-1', new Map([[0, 5]])]]),
    new Map([
      ['ä log of a name that is longer than a hundred and twenty-eight bytes '.repeat(3), all],
      ['stream-2', new Map([[7, 0]])],
    ]),
  ]) {
    assert.deepEqual(unpackPlaces(packPlaces(places)), places)
  }
})

test('a thousand shards are few bytes, and what was cut is not taken for places', () => {
  const shards = new Map(Array.from({ length: 1000 }, (_, number) => [number, 1e6 + number]))
  const packed = packPlaces(new Map([['stream-1', shards]]))
  assert.ok(packed.byteLength < 6000, `${packed.byteLength}`)
  for (const left of [1, packed.byteLength - 1, packed.byteLength - 2]) {
    assert.throws(() => unpackPlaces(packed.subarray(0, left)), RangeError)
  }
})
