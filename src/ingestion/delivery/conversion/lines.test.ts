import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lines } from './lines.ts'

test('runs of records tell the same as each record by itself', () => {
  const lines = new Lines()
  /** The record of each line. */
  const owners: number[] = []
  const add = (record: number, count: number) => {
    lines.add(record, count, count * 10)
    for (let left = count; left > 0; left -= 1) owners.push(record)
  }
  const addEach = (first: number, count: number) => {
    lines.addEach(first, count, count)
    for (let index = 0; index < count; index += 1) owners.push(first + index)
  }
  add(1, 1)
  add(2, 1)
  addEach(3, 4)
  addEach(7, 2)
  add(9, 3)
  add(12, 1)
  add(13, 2)
  add(14, 1)
  addEach(20, 3)
  addEach(23, 1)
  assert.equal(lines.count, owners.length)
  assert.equal(lines.longestBytes, 30)
  for (let line = 0; line <= owners.length + 1; line += 1) {
    assert.equal(lines.recordOf(line), owners[line - 1], `line ${line}`)
  }
  for (let record = 0; record < 26; record += 1) {
    const before = owners.filter((owner) => owner < record).length
    assert.equal(lines.countBefore(record), before, `record ${record}`)
  }
  const found = [...lines.entries()].flatMap(({ record, count }) =>
    Array.from({ length: count }, () => record),
  )
  assert.deepEqual(found, owners)
  assert.equal(new Lines().count, 0)
  assert.equal(new Lines().recordOf(1), undefined)
})
